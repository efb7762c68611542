import { loadPartial, multiplyAdd, storePartial } from './vector.as';

/** Rows of a register tile. */
export const ROWS: i32 = 4;
/** Columns of a register tile, and of a packed panel. */
export const COLUMNS: i32 = 8;

/** Writes one row of a tile, of which `columns` (1 to 8) exist. */
// @ts-ignore: decorator
@inline
function storeRow(pointer: usize, low: v128, high: v128, columns: i32): void {
  if (columns >= COLUMNS) {
    v128.store(pointer, low);
    v128.store(pointer, high, 16);
  } else {
    storePartial(pointer, low, columns);
    storePartial(pointer + 16, high, columns - 4);
  }
}

/** The low half of one row of a tile. */
// @ts-ignore: decorator
@inline
function loadLow(pointer: usize, columns: i32): v128 {
  return columns >= COLUMNS ? v128.load(pointer) : loadPartial(pointer, columns);
}

/** The high half of one row of a tile. */
// @ts-ignore: decorator
@inline
function loadHigh(pointer: usize, columns: i32): v128 {
  return columns >= COLUMNS ? v128.load(pointer, 16) : loadPartial(pointer + 16, columns - 4);
}

/** Four values within [low, high]; a NaN stays a NaN. */
// @ts-ignore: decorator
@inline
function between(value: v128, low: v128, high: v128): v128 {
  return f32x4.min(f32x4.max(value, low), high);
}

/**
 * C[rows,columns] (+)= A[4,depth] B[depth,8] with A packed as `[depth][4]` and B as `[depth][8]`.
 * `stride` is the distance of C's rows in bytes; rows (1 to 4) and columns (1 to 8) say how much of the tile exists.
 * Without `accumulate` the sums start from `bias` (0: none), a value a column; with `clamp` they end within [low, high].
 */
export function tilePacked(
  a: usize,
  b: usize,
  depth: i32,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
  bias: usize,
  clamp: bool,
  low: f32,
  high: f32,
): void {
  const p0 = c;
  const p1 = rows > 1 ? p0 + stride : p0;
  const p2 = rows > 2 ? p1 + stride : p1;
  const p3 = rows > 3 ? p2 + stride : p2;
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  if (accumulate) {
    c00 = loadLow(p0, columns);
    c01 = loadHigh(p0, columns);
    c10 = loadLow(p1, columns);
    c11 = loadHigh(p1, columns);
    c20 = loadLow(p2, columns);
    c21 = loadHigh(p2, columns);
    c30 = loadLow(p3, columns);
    c31 = loadHigh(p3, columns);
  } else if (bias) {
    c00 = loadLow(bias, columns);
    c01 = loadHigh(bias, columns);
    c10 = c00;
    c11 = c01;
    c20 = c00;
    c21 = c01;
    c30 = c00;
    c31 = c01;
  }
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    b += 32;
    let x = v128.load32_splat(a);
    c00 = multiplyAdd(x, b0, c00);
    c01 = multiplyAdd(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = multiplyAdd(x, b0, c10);
    c11 = multiplyAdd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = multiplyAdd(x, b0, c20);
    c21 = multiplyAdd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = multiplyAdd(x, b0, c30);
    c31 = multiplyAdd(x, b1, c31);
    a += 16;
  }
  if (clamp) {
    const lowest = f32x4.splat(low);
    const highest = f32x4.splat(high);
    c00 = between(c00, lowest, highest);
    c01 = between(c01, lowest, highest);
    c10 = between(c10, lowest, highest);
    c11 = between(c11, lowest, highest);
    c20 = between(c20, lowest, highest);
    c21 = between(c21, lowest, highest);
    c30 = between(c30, lowest, highest);
    c31 = between(c31, lowest, highest);
  }
  // Absent rows alias one that exists and are not written.
  if (rows > 3) storeRow(p3, c30, c31, columns);
  if (rows > 2) storeRow(p2, c20, c21, columns);
  if (rows > 1) storeRow(p1, c10, c11, columns);
  storeRow(p0, c00, c01, columns);
}

/**
 * C[rows,columns] (+)= sum over taps of A[tap][4,depth] B[tap][depth,8], where the rows of A are read where they lie, and those of B
 * `strideB` bytes apart (32 where they are packed).
 * `table` holds four row pointers a tap, to which `offset` bytes are added; `offsets` holds the bytes from `b` to B[tap],
 * and `targets` the four pointers of C's rows, to which `shift` bytes are added. The rest is as in {@link tilePacked}.
 */
export function tileRows(
  table: usize,
  offsets: usize,
  taps: i32,
  offset: usize,
  depth: i32,
  b: usize,
  strideB: usize,
  targets: usize,
  shift: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
  bias: usize,
  clamp: bool,
  low: f32,
  high: f32,
): void {
  const p0 = <usize>load<u32>(targets) + shift;
  const p1 = <usize>load<u32>(targets, 4) + shift;
  const p2 = <usize>load<u32>(targets, 8) + shift;
  const p3 = <usize>load<u32>(targets, 12) + shift;
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  if (accumulate) {
    c00 = loadLow(p0, columns);
    c01 = loadHigh(p0, columns);
    c10 = loadLow(p1, columns);
    c11 = loadHigh(p1, columns);
    c20 = loadLow(p2, columns);
    c21 = loadHigh(p2, columns);
    c30 = loadLow(p3, columns);
    c31 = loadHigh(p3, columns);
  } else if (bias) {
    c00 = loadLow(bias, columns);
    c01 = loadHigh(bias, columns);
    c10 = c00;
    c11 = c01;
    c20 = c00;
    c21 = c01;
    c30 = c00;
    c31 = c01;
  }
  for (let tap = 0; tap < taps; tap++) {
    let a0 = <usize>load<u32>(table) + offset;
    let a1 = <usize>load<u32>(table, 4) + offset;
    let a2 = <usize>load<u32>(table, 8) + offset;
    let a3 = <usize>load<u32>(table, 12) + offset;
    let panel = b + <usize>load<u32>(offsets);
    table += 16;
    offsets += 4;
    for (let k = 0; k < depth; k++) {
      const b0 = v128.load(panel);
      const b1 = v128.load(panel, 16);
      panel += strideB;
      let x = v128.load32_splat(a0);
      a0 += 4;
      c00 = multiplyAdd(x, b0, c00);
      c01 = multiplyAdd(x, b1, c01);
      x = v128.load32_splat(a1);
      a1 += 4;
      c10 = multiplyAdd(x, b0, c10);
      c11 = multiplyAdd(x, b1, c11);
      x = v128.load32_splat(a2);
      a2 += 4;
      c20 = multiplyAdd(x, b0, c20);
      c21 = multiplyAdd(x, b1, c21);
      x = v128.load32_splat(a3);
      a3 += 4;
      c30 = multiplyAdd(x, b0, c30);
      c31 = multiplyAdd(x, b1, c31);
    }
  }
  if (clamp) {
    const lowest = f32x4.splat(low);
    const highest = f32x4.splat(high);
    c00 = between(c00, lowest, highest);
    c01 = between(c01, lowest, highest);
    c10 = between(c10, lowest, highest);
    c11 = between(c11, lowest, highest);
    c20 = between(c20, lowest, highest);
    c21 = between(c21, lowest, highest);
    c30 = between(c30, lowest, highest);
    c31 = between(c31, lowest, highest);
  }
  if (rows > 3) storeRow(p3, c30, c31, columns);
  if (rows > 2) storeRow(p2, c20, c21, columns);
  if (rows > 1) storeRow(p1, c10, c11, columns);
  storeRow(p0, c00, c01, columns);
}

/**
 * C[rows,columns] = A[rows,depth] B[depth,8] for any number of rows, which lie `strideA` and `strideC` bytes apart: cheaper than a tile at a
 * time where the depth is short. The rest is as in {@link tilePacked}.
 */
export function tileColumn(
  a: usize,
  strideA: usize,
  b: usize,
  depth: i32,
  c: usize,
  strideC: usize,
  rows: i32,
  columns: i32,
  bias: usize,
  clamp: bool,
  low: f32,
  high: f32,
): void {
  const seedLow = bias ? loadLow(bias, columns) : f32x4.splat(0);
  const seedHigh = bias ? loadHigh(bias, columns) : f32x4.splat(0);
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  for (let row = 0; row < rows; row += ROWS) {
    // Absent rows alias one that exists and are not written.
    const count = rows - row;
    const p1 = count > 1 ? c + strideC : c;
    const p2 = count > 2 ? p1 + strideC : p1;
    const p3 = count > 3 ? p2 + strideC : p2;
    let a0 = a;
    let a1 = count > 1 ? a0 + strideA : a0;
    let a2 = count > 2 ? a1 + strideA : a1;
    let a3 = count > 3 ? a2 + strideA : a2;
    let panel = b;
    let c00 = seedLow;
    let c01 = seedHigh;
    let c10 = seedLow;
    let c11 = seedHigh;
    let c20 = seedLow;
    let c21 = seedHigh;
    let c30 = seedLow;
    let c31 = seedHigh;
    for (let k = 0; k < depth; k++) {
      const b0 = v128.load(panel);
      const b1 = v128.load(panel, 16);
      panel += 32;
      let x = v128.load32_splat(a0);
      a0 += 4;
      c00 = multiplyAdd(x, b0, c00);
      c01 = multiplyAdd(x, b1, c01);
      x = v128.load32_splat(a1);
      a1 += 4;
      c10 = multiplyAdd(x, b0, c10);
      c11 = multiplyAdd(x, b1, c11);
      x = v128.load32_splat(a2);
      a2 += 4;
      c20 = multiplyAdd(x, b0, c20);
      c21 = multiplyAdd(x, b1, c21);
      x = v128.load32_splat(a3);
      a3 += 4;
      c30 = multiplyAdd(x, b0, c30);
      c31 = multiplyAdd(x, b1, c31);
    }
    if (clamp) {
      c00 = between(c00, lowest, highest);
      c01 = between(c01, lowest, highest);
      c10 = between(c10, lowest, highest);
      c11 = between(c11, lowest, highest);
      c20 = between(c20, lowest, highest);
      c21 = between(c21, lowest, highest);
      c30 = between(c30, lowest, highest);
      c31 = between(c31, lowest, highest);
    }
    if (count > 3) storeRow(p3, c30, c31, columns);
    if (count > 2) storeRow(p2, c20, c21, columns);
    if (count > 1) storeRow(p1, c10, c11, columns);
    storeRow(c, c00, c01, columns);
    a += strideA * ROWS;
    c += strideC * ROWS;
  }
}
