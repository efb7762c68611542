import { fillRun } from './fill.as';
import { noteOutside } from './indexed-rows.as';
import { partStart } from './vector.as';
import { wordAt } from './word-at.as';

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128, isFloat: bool): v128 {
  return isFloat ? f32x4.add(a, b) : i32x4.add(a, b);
}

/** The first place at `i` or behind it where another segment begins. */
function segmentBegin(ids: usize, i: i32, count: i32): i32 {
  while (i > 0 && i < count && load<i32>(wordAt(ids, i)) == load<i32>(wordAt(ids, i - 1))) i++;
  return i;
}

/** `to` = the sum of the rows of `x` that `count` indices name. */
// @ts-ignore: decorator
@inline
function addRows(x: usize, indices: usize, count: i32, to: usize, columns: i32, isFloat: bool): void {
  const bytes = <usize>columns << 2;
  let column = 0;
  for (; column + 32 <= columns; column += 32) {
    let a = i32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let e = a;
    let f = a;
    let g = a;
    let h = a;
    for (let i = 0; i < count; i++) {
      const from = wordAt(x, column) + <usize>load<u32>(wordAt(indices, i)) * bytes;
      a = add(a, v128.load(from), isFloat);
      b = add(b, v128.load(from, 16), isFloat);
      c = add(c, v128.load(from, 32), isFloat);
      d = add(d, v128.load(from, 48), isFloat);
      e = add(e, v128.load(from, 64), isFloat);
      f = add(f, v128.load(from, 80), isFloat);
      g = add(g, v128.load(from, 96), isFloat);
      h = add(h, v128.load(from, 112), isFloat);
    }
    const out = wordAt(to, column);
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
    v128.store(out, e, 64);
    v128.store(out, f, 80);
    v128.store(out, g, 96);
    v128.store(out, h, 112);
  }
  for (; column + 4 <= columns; column += 4) {
    let sum = i32x4.splat(0);
    for (let i = 0; i < count; i++) sum = add(sum, v128.load(wordAt(x, column) + <usize>load<u32>(wordAt(indices, i)) * bytes), isFloat);
    v128.store(wordAt(to, column), sum);
  }
  for (; column < columns; column++) {
    let sum = i32x4.splat(0);
    for (let i = 0; i < count; i++) sum = add(sum, v128.load32_zero(wordAt(x, column) + <usize>load<u32>(wordAt(indices, i)) * bytes), isFloat);
    v128.store_lane<f32>(wordAt(to, column), sum, 0);
  }
}

/** Divides a row by a number; quotients of integers are cut off. */
function divideRow(to: usize, columns: i32, by: i32, isFloat: i32): void {
  const end = wordAt(to, columns);
  if (!isFloat) {
    for (; to < end; to += 4) store<i32>(to, load<i32>(to) / by);
    return;
  }
  for (; to + 16 <= end; to += 16) v128.store(to, f32x4.div(v128.load(to), f32x4.splat(<f32>by)));
  for (; to < end; to += 4) store<f32>(to, load<f32>(to) / <f32>by);
}

/**
 * `y[id]` = the sum or the mean of the rows `x[indices[i]]` of all `i` with `ids[i] = id`, and zeros where there is none. The ids ascend, the last
 * is the last of the `segments` rows of `y`; an id that does not, or an index of no row of `x`, is noted, and the part given up. Items are ids.
 */
export function reduceSegments(
  task: i32, tasks: i32, x: usize, indices: usize, ids: usize, y: usize, faults: usize, rows: i32, columns: i32, count: i32, segments: i32,
  isFloat: i32, isMean: i32,
): void {
  const bytes = <usize>columns << 2;
  const end = segmentBegin(ids, partStart(count, task + 1, tasks), count);
  let i = segmentBegin(ids, partStart(count, task, tasks), count);
  let row = i == 0 || i >= end ? 0 : load<i32>(wordAt(ids, i - 1)) + 1;
  while (i < end) {
    const id = load<i32>(wordAt(ids, i));
    if (row < 0 || id < row || id >= segments) {
      noteOutside(faults, id, segments);
      return;
    }
    const first = i;
    for (; i < end && load<i32>(wordAt(ids, i)) == id; i++) {
      const index = load<i32>(wordAt(indices, i));
      if (<u32>index < <u32>rows) continue;
      noteOutside(faults, index, rows);
      return;
    }
    fillRun(y + <usize>row * bytes, <usize>(id - row) * bytes, 0);
    const to = y + <usize>id * bytes;
    if (isFloat) addRows(x, wordAt(indices, first), i - first, to, columns, true);
    else addRows(x, wordAt(indices, first), i - first, to, columns, false);
    if (isMean) divideRow(to, columns, i - first, isFloat);
    row = id + 1;
  }
}
