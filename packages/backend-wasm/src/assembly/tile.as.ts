import { loadPartial, multiplyAdd, storePartial } from './vector.as';

/** Columns of a register tile, and of a packed panel. */
export const COLUMNS: i32 = 8;

/**
 * Rows of the highest register tile. Twelve sums, two vectors of B and one of A fill the fifteen vector registers that V8 gives, and hide the
 * latency of a fused multiply-add; without a fused instruction the product needs a register too.
 */
export const ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/** How many rows the next tile has when `left` rows follow: {@link ROWS}, or 4 where that leaves fewer absent ones. */
// @ts-ignore: decorator
@inline
export function tileHeight(left: i32): i32 {
  return ROWS == 4 || left <= 4 || left == 7 || left == 8 ? 4 : ROWS;
}

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

/** Four values within [0, high]; a NaN stays a NaN, and adding 0 makes 0 of -0. Each is one instruction, as plain minima and maxima are not. */
// @ts-ignore: decorator
@inline
function clampTo(value: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.add(f32x4.pmax(value, f32x4.splat(0)), f32x4.splat(0)), high);
}

/** A lies as `[depth][height]` at `a`. */
const PACKED: i32 = 0;
/** Each tap has pointers of its own to A's rows, in `table`, and a place of its own in B, in `offsets`. */
const ROWS_OF_TAPS: i32 = 1;
/** All taps share the pointers to A's rows, to which `offsets` adds for each tap; B's rows follow each other over all taps. */
const SHIFTED_ROWS: i32 = 2;

/**
 * The body of all tiles: C[rows,columns] (+)= sum over taps of A[tap][height,depth] B[tap][depth,8], where `six` says whether the height is 6
 * or 4, and `layout` how A lies. The values of a row of A lie `step` bytes apart.
 */
// @ts-ignore: decorator
@inline
function tile(
  six: bool,
  layout: i32,
  step: usize,
  a: usize,
  table: usize,
  offsets: usize,
  taps: i32,
  offset: usize,
  absent: usize,
  depth: i32,
  b: usize,
  strideB: usize,
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  p4: usize,
  p5: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
  bias: usize,
  clamp: bool,
  high: f32,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let c40 = c00;
  let c41 = c00;
  let c50 = c00;
  let c51 = c00;
  if (accumulate) {
    c00 = loadLow(p0, columns);
    c01 = loadHigh(p0, columns);
    c10 = loadLow(p1, columns);
    c11 = loadHigh(p1, columns);
    c20 = loadLow(p2, columns);
    c21 = loadHigh(p2, columns);
    c30 = loadLow(p3, columns);
    c31 = loadHigh(p3, columns);
    if (six) {
      c40 = loadLow(p4, columns);
      c41 = loadHigh(p4, columns);
      c50 = loadLow(p5, columns);
      c51 = loadHigh(p5, columns);
    }
  }
  const packed = layout == PACKED;
  let panel = b;
  for (let tap = 0; tap < taps; tap++) {
    if (layout == ROWS_OF_TAPS) panel = b + <usize>load<u32>(offsets);
    const shift = layout == SHIFTED_ROWS ? <usize>load<u32>(offsets) : offset;
    let a0 = packed ? a : <usize>load<u32>(table) + shift;
    let a1 = packed ? 0 : <usize>load<u32>(table, 4) + shift;
    let a2 = packed ? 0 : <usize>load<u32>(table, 8) + shift;
    let a3 = packed ? 0 : <usize>load<u32>(table, 12) + shift;
    let a4 = packed || !six ? 0 : <usize>load<u32>(table, 16) + shift;
    let a5 = packed || !six ? 0 : <usize>load<u32>(table, 20) + shift;
    offsets += 4;
    if (layout == ROWS_OF_TAPS) {
      table += six ? 24 : 16;
      if (a0 == absent && a1 == absent && a2 == absent && a3 == absent && (!six || (a4 == absent && a5 == absent))) continue;
    }
    for (let k = 0; k < depth; k++) {
      const b0 = v128.load(panel);
      const b1 = v128.load(panel, 16);
      panel += strideB;
      let x = v128.load32_splat(a0);
      if (!packed) a0 += step;
      c00 = multiplyAdd(x, b0, c00);
      c01 = multiplyAdd(x, b1, c01);
      x = packed ? v128.load32_splat(a0, 4) : v128.load32_splat(a1);
      if (!packed) a1 += step;
      c10 = multiplyAdd(x, b0, c10);
      c11 = multiplyAdd(x, b1, c11);
      x = packed ? v128.load32_splat(a0, 8) : v128.load32_splat(a2);
      if (!packed) a2 += step;
      c20 = multiplyAdd(x, b0, c20);
      c21 = multiplyAdd(x, b1, c21);
      x = packed ? v128.load32_splat(a0, 12) : v128.load32_splat(a3);
      if (!packed) a3 += step;
      c30 = multiplyAdd(x, b0, c30);
      c31 = multiplyAdd(x, b1, c31);
      if (six) {
        x = packed ? v128.load32_splat(a0, 16) : v128.load32_splat(a4);
        if (!packed) a4 += step;
        c40 = multiplyAdd(x, b0, c40);
        c41 = multiplyAdd(x, b1, c41);
        x = packed ? v128.load32_splat(a0, 20) : v128.load32_splat(a5);
        if (!packed) a5 += step;
        c50 = multiplyAdd(x, b0, c50);
        c51 = multiplyAdd(x, b1, c51);
      }
      if (packed) a0 += six ? 24 : 16;
    }
  }
  if (bias) {
    const first = loadLow(bias, columns);
    const last = loadHigh(bias, columns);
    c00 = f32x4.add(c00, first);
    c01 = f32x4.add(c01, last);
    c10 = f32x4.add(c10, first);
    c11 = f32x4.add(c11, last);
    c20 = f32x4.add(c20, first);
    c21 = f32x4.add(c21, last);
    c30 = f32x4.add(c30, first);
    c31 = f32x4.add(c31, last);
    if (six) {
      c40 = f32x4.add(c40, first);
      c41 = f32x4.add(c41, last);
      c50 = f32x4.add(c50, first);
      c51 = f32x4.add(c51, last);
    }
  }
  if (clamp) {
    const highest = f32x4.splat(high);
    c00 = clampTo(c00, highest);
    c01 = clampTo(c01, highest);
    c10 = clampTo(c10, highest);
    c11 = clampTo(c11, highest);
    c20 = clampTo(c20, highest);
    c21 = clampTo(c21, highest);
    c30 = clampTo(c30, highest);
    c31 = clampTo(c31, highest);
    if (six) {
      c40 = clampTo(c40, highest);
      c41 = clampTo(c41, highest);
      c50 = clampTo(c50, highest);
      c51 = clampTo(c51, highest);
    }
  }
  // Absent rows alias one that exists and are not written.
  if (six) {
    if (rows > 5) storeRow(p5, c50, c51, columns);
    if (rows > 4) storeRow(p4, c40, c41, columns);
  }
  if (rows > 3) storeRow(p3, c30, c31, columns);
  if (rows > 2) storeRow(p2, c20, c21, columns);
  if (rows > 1) storeRow(p1, c10, c11, columns);
  storeRow(p0, c00, c01, columns);
}

/**
 * C[rows,columns] (+)= A[rows,depth] B[depth,8], tile by tile, with A packed in panels of {@link tileHeight} rows: the one that starts at a row
 * lies at `a + 4 * row * depthA` as `[depthA][height]`, of which the steps from `k` on are used. The rows of B are `strideB` bytes apart (32
 * where they are packed), those of C `stride` bytes; `columns` (1 to 8) says how many exist.
 * `accumulate` adds to what C holds; then follow `bias` (0: none), a value a column, and with `clamp` a cut to [0, high].
 */
export function stripPacked(
  a: usize,
  depthA: i32,
  k: i32,
  depth: i32,
  b: usize,
  strideB: usize,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
  bias: usize,
  clamp: bool,
  high: f32,
): void {
  let height = 0;
  for (let row = 0; row < rows; row += height) {
    const left = rows - row;
    height = tileHeight(left);
    const panel = a + ((<usize>row * depthA + <usize>k * height) << 2);
    const p0 = c + <usize>row * stride;
    const p1 = left > 1 ? p0 + stride : p0;
    const p2 = left > 2 ? p1 + stride : p0;
    const p3 = left > 3 ? p2 + stride : p0;
    const p4 = left > 4 ? p3 + stride : p0;
    const p5 = left > 5 ? p4 + stride : p0;
    if (ROWS == 6 && height == 6) {
      tile(true, PACKED, 4, panel, 0, 0, 1, 0, 0, depth, b, strideB, p0, p1, p2, p3, p4, p5, left, columns, accumulate, bias, clamp, high);
    } else {
      tile(false, PACKED, 4, panel, 0, 0, 1, 0, 0, depth, b, strideB, p0, p1, p2, p3, p0, p0, left, columns, accumulate, bias, clamp, high);
    }
  }
}

/**
 * C[rows,columns] (+)= sum over taps of A[tap][rows,depth] B[tap][depth,8], tile by tile, where the rows of A are read where they lie.
 * `table` holds their pointers as `[tile][tapsOfTable][height]`, of which the `taps` from `tap` on are used with `offset` bytes added; a tile
 * always has `height` of them, those of absent rows being any that exist. Taps of which a tile has only the pointer `absent`, to zeros, are left
 * out. `offsets` holds the bytes from `b` to B[tap], and `targets` the
 * pointers of C's rows, to which `shift` bytes are added. The rest is as in {@link stripPacked}.
 */
export function stripRows(
  table: usize,
  tapsOfTable: i32,
  tap: i32,
  taps: i32,
  offsets: usize,
  offset: usize,
  absent: usize,
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
  high: f32,
): void {
  let height = 0;
  for (let row = 0; row < rows; row += height) {
    const left = rows - row;
    height = tileHeight(left);
    const pointers = table + ((<usize>row * tapsOfTable + <usize>tap * height) << 2);
    const p0 = <usize>load<u32>(targets, 0) + shift;
    const p1 = <usize>load<u32>(targets, 4) + shift;
    const p2 = <usize>load<u32>(targets, 8) + shift;
    const p3 = <usize>load<u32>(targets, 12) + shift;
    if (ROWS == 6 && height == 6) {
      const p4 = <usize>load<u32>(targets, 16) + shift;
      const p5 = <usize>load<u32>(targets, 20) + shift;
      tile(true, ROWS_OF_TAPS, 4, 0, pointers, offsets, taps, offset, absent + offset, depth, b, strideB, p0, p1, p2, p3, p4, p5, left, columns, accumulate, bias, clamp, high);
    } else {
      tile(false, ROWS_OF_TAPS, 4, 0, pointers, offsets, taps, offset, absent + offset, depth, b, strideB, p0, p1, p2, p3, p0, p0, left, columns, accumulate, bias, clamp, high);
    }
    targets += <usize>height << 2;
  }
}

/** The body of {@link stripRuns} and {@link stripSteps}. */
// @ts-ignore: decorator
@inline
function stripShifted(
  step: usize,
  table: usize,
  taps: i32,
  offsets: usize,
  depth: i32,
  b: usize,
  strideB: usize,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
  bias: usize,
  clamp: bool,
  high: f32,
): void {
  let height = 0;
  for (let row = 0; row < rows; row += height) {
    const left = rows - row;
    height = tileHeight(left);
    const pointers = table + (<usize>row << 2);
    const p0 = c + <usize>row * stride;
    const p1 = left > 1 ? p0 + stride : p0;
    const p2 = left > 2 ? p1 + stride : p0;
    const p3 = left > 3 ? p2 + stride : p0;
    if (ROWS == 6 && height == 6) {
      const p4 = left > 4 ? p3 + stride : p0;
      const p5 = left > 5 ? p4 + stride : p0;
      tile(true, SHIFTED_ROWS, step, 0, pointers, offsets, taps, 0, 0, depth, b, strideB, p0, p1, p2, p3, p4, p5, left, columns, accumulate, bias, clamp, high);
    } else {
      tile(false, SHIFTED_ROWS, step, 0, pointers, offsets, taps, 0, 0, depth, b, strideB, p0, p1, p2, p3, p0, p0, left, columns, accumulate, bias, clamp, high);
    }
  }
}

/**
 * C[rows,columns] (+)= sum over taps of A[tap][rows,depth] B[tap][depth,8], tile by tile, where row i of A[tap] is the `depth` floats from
 * `table[i] + offsets[tap]` on. `table` holds {@link paddedRows} pointers, and the taps of B follow each other. The rest is as in
 * {@link stripPacked}.
 */
export function stripRuns(
  table: usize,
  taps: i32,
  offsets: usize,
  depth: i32,
  b: usize,
  strideB: usize,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
  bias: usize,
  clamp: bool,
  high: f32,
): void {
  stripShifted(4, table, taps, offsets, depth, b, strideB, c, stride, rows, columns, accumulate, bias, clamp, high);
}

/** As {@link stripRuns}, for rows of A whose values lie `step` bytes apart, without a bias and an activation. */
export function stripSteps(
  step: usize,
  table: usize,
  taps: i32,
  offsets: usize,
  depth: i32,
  b: usize,
  strideB: usize,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
): void {
  stripShifted(step, table, taps, offsets, depth, b, strideB, c, stride, rows, columns, accumulate, 0, false, 0);
}

/** How many row pointers the tiles of `rows` rows read: those of absent rows included. */
export function paddedRows(rows: i32): i32 {
  let padded = 0;
  while (padded < rows) padded += tileHeight(rows - padded);
  return padded;
}
