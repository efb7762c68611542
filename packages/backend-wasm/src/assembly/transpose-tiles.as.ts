import { partStart } from './vector.as';

/** Writes the columns of four rows of four floats, `fromRow` bytes apart, as rows `toRow` bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4x4(from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const row0 = v128.load(from);
  const row1 = v128.load(from + fromRow);
  const row2 = v128.load(from + 2 * fromRow);
  const row3 = v128.load(from + 3 * fromRow);
  const low01 = v128.shuffle<i32>(row0, row1, 0, 4, 1, 5);
  const low23 = v128.shuffle<i32>(row2, row3, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(row0, row1, 2, 6, 3, 7);
  const high23 = v128.shuffle<i32>(row2, row3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(to + toRow, v128.shuffle<i64>(low01, low23, 1, 3));
  v128.store(to + 2 * toRow, v128.shuffle<i64>(high01, high23, 0, 2));
  v128.store(to + 3 * toRow, v128.shuffle<i64>(high01, high23, 1, 3));
}

/** Transposes `rows` rows of `columns` floats. */
function transposeBlock(from: usize, fromRow: usize, to: usize, toRow: usize, rows: i32, columns: i32): void {
  let column = 0;
  for (; column + 4 <= columns; column += 4) {
    let source = from + (<usize>column << 2);
    let target = to + column * toRow;
    let left = rows;
    for (; left >= 4; left -= 4) {
      transpose4x4(source, fromRow, target, toRow);
      source += 4 * fromRow;
      target += 16;
    }
    for (; left > 0; left--) {
      store<u32>(target, load<u32>(source));
      store<u32>(target + toRow, load<u32>(source, 4));
      store<u32>(target + 2 * toRow, load<u32>(source, 8));
      store<u32>(target + 3 * toRow, load<u32>(source, 12));
      source += fromRow;
      target += 4;
    }
  }
  for (; column < columns; column++) {
    let source = from + (<usize>column << 2);
    let target = to + column * toRow;
    for (let row = 0; row < rows; row++) {
      store<u32>(target, load<u32>(source));
      source += fromRow;
      target += 4;
    }
  }
}

/** Sides of the blocks that are transposed one after the other, in floats: long stretches of each row, and both sides fit the nearest cache. */
// @ts-ignore: decorator
@inline
const ROWS: i32 = 32;
// @ts-ignore: decorator
@inline
const COLUMNS: i32 = 64;

/**
 * Transposes the last two of up to six axes of floats: axis 0 has `n0` elements `f0` bytes apart in the source and side by side in the target,
 * axis 1 has `n1` elements side by side in the source and `t1` bytes apart in the target. The others are as in copy-strided.as.ts. Items are
 * strips of 64 elements of axis 1.
 */
export function transposeTiles(
  task: i32, tasks: i32, from: usize, to: usize, n0: i32, f0: i32, n1: i32, t1: i32,
  n2: i32, f2: i32, t2: i32, n3: i32, f3: i32, t3: i32, n4: i32, f4: i32, t4: i32, n5: i32, f5: i32, t5: i32,
): void {
  const strips = (n1 + COLUMNS - 1) / COLUMNS;
  const items = strips * n2 * n3 * n4 * n5;
  const end = partStart(items, task + 1, tasks);
  for (let item = partStart(items, task, tasks); item < end; item++) {
    let rest = item / strips;
    const column = (item - rest * strips) * COLUMNS;
    const i2 = rest % n2;
    rest /= n2;
    const i3 = rest % n3;
    rest /= n3;
    const i4 = rest % n4;
    const i5 = rest / n4;
    let source = from + i2 * f2 + i3 * f3 + i4 * f4 + i5 * f5 + (<usize>column << 2);
    let target = to + i2 * t2 + i3 * t3 + i4 * t4 + i5 * t5 + column * t1;
    const columns = min(COLUMNS, n1 - column);
    for (let row = 0; row < n0; row += ROWS) {
      transposeBlock(source, f0, target, t1, min(ROWS, n0 - row), columns);
      source += ROWS * f0;
      target += 4 * ROWS;
    }
  }
}
