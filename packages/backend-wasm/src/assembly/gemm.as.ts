import { COLUMNS, paddedRows, stripPacked, stripRows } from './tile.as';
import { packedLines } from './pack.as';
import { partStart } from './vector.as';

/** The longest stretch of the inner dimension that a convolution multiplies at once: a panel of B then takes 10 KiB of the first-level cache. */
export const DEPTH: i32 = 320;

/** The same for a product of packed matrices, which reads less beside the panels: 16 KiB, and C is read and written less often. */
const LONG_DEPTH: i32 = 512;

/** The size of the equal blocks, none above `longest`, into which `depth` is cut. */
// @ts-ignore: decorator
@inline
export function depthBlock(depth: i32, longest: i32 = DEPTH): i32 {
  const blocks = (depth + longest - 1) / longest;
  return blocks > 1 ? (depth + blocks - 1) / blocks : depth;
}

const RELU: i32 = 1;
const RELU6: i32 = 2;
const LEAKY_RELU: i32 = 4;

/** Whether an activation is a clamp, from 0 to {@link clampEnd}, which tiles apply before they are written. */
// @ts-ignore: decorator
@inline
export function isClamp(activation: i32): bool {
  return activation == RELU || activation == RELU6;
}

/** The greatest value that a clamp lets through. */
// @ts-ignore: decorator
@inline
export function clampEnd(activation: i32): f32 {
  return activation == RELU6 ? 6 : <f32>Infinity;
}

/** One activation in four lanes; 0 leaves the value as it is. A NaN stays a NaN. */
// @ts-ignore: decorator
@inline
export function activate(value: v128, activation: i32, alpha: f32): v128 {
  if (activation == RELU) return f32x4.max(value, f32x4.splat(0));
  if (activation == RELU6) return f32x4.min(f32x4.max(value, f32x4.splat(0)), f32x4.splat(6));
  if (activation == LEAKY_RELU) return v128.bitselect(f32x4.mul(value, f32x4.splat(alpha)), value, f32x4.lt(value, f32x4.splat(0)));
  return value;
}

/** Adds a bias (0: none) to rows of C and applies an activation, in place. `stride` in bytes. */
export function finish(c: usize, stride: usize, rows: i32, columns: i32, bias: usize, activation: i32, alpha: f32): void {
  for (let row = 0; row < rows; row++) {
    let at = c;
    let from = bias;
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      let value = v128.load(at);
      if (bias) value = f32x4.add(value, v128.load(from));
      v128.store(at, activate(value, activation, alpha));
      at += 16;
      from += 16;
    }
    for (; column < columns; column++) {
      let value = f32x4.splat(load<f32>(at));
      if (bias) value = f32x4.add(value, v128.load32_splat(from));
      store<f32>(at, f32x4.extract_lane(activate(value, activation, alpha), 0));
      at += 4;
      from += 4;
    }
    c += stride;
  }
}

/**
 * C[batch][rows,columns] (+)= A[batch][rows,depth] B[batch][depth,columns], then optionally a bias and an activation.
 *
 * B is packed by `packColumns`. A is packed by `packRows` (`packedA` = 1), or has contiguous rows `rowStrideA` elements apart.
 * Matrix `i` of the batch uses A[(i / divideA) % moduloA] and B[(i / divideB) % moduloB].
 * Items are blocks of `tileRowCount` times `tileColumnCount` (a multiple of 8).
 * `scratch` holds `4 + 8 * (tileRowCount + 3)` bytes a task. Strides in elements.
 */
export function gemm(
  task: i32,
  tasks: i32,
  a: usize,
  packedA: i32,
  rowStrideA: i32,
  batchStrideA: i32,
  divideA: i32,
  moduloA: i32,
  b: usize,
  divideB: i32,
  moduloB: i32,
  c: usize,
  rowStrideC: i32,
  batchStrideC: i32,
  batch: i32,
  rows: i32,
  columns: i32,
  depth: i32,
  tileRowCount: i32,
  tileColumnCount: i32,
  accumulate: i32,
  bias: usize,
  activation: i32,
  alpha: f32,
  scratch: usize,
): void {
  const rowTiles = (rows + tileRowCount - 1) / tileRowCount;
  const columnTiles = (columns + tileColumnCount - 1) / tileColumnCount;
  const items = batch * rowTiles * columnTiles;
  const end = partStart(items, task + 1, tasks);
  const block = depthBlock(depth, LONG_DEPTH);
  const strideC = <usize>rowStrideC << 2;
  const matrixBytesA = (<usize>packedLines(rows, tileRowCount) * depth) << 2;
  const panelBytesB = <usize>depth << 5;
  const panelsB = <usize>((columns + COLUMNS - 1) / COLUMNS);
  const padded = <usize>tileRowCount + 3;
  const zero = scratch + <usize>task * (4 + (padded << 3));
  const table = zero + 4;
  const targets = table + (padded << 2);
  store<u32>(zero, 0);
  // The tiles add the bias and clamp while the sums are in registers; other activations follow in a second pass.
  const clamps = isClamp(activation);
  const high = clampEnd(activation);

  for (let item = partStart(items, task, tasks); item < end; item++) {
    const matrix = item / (rowTiles * columnTiles);
    const tile = item - matrix * rowTiles * columnTiles;
    const row0 = (tile / columnTiles) * tileRowCount;
    const row1 = min(rows, row0 + tileRowCount);
    const column0 = (tile % columnTiles) * tileColumnCount;
    const column1 = min(columns, column0 + tileColumnCount);
    const matrixC = c + ((<usize>matrix * batchStrideC) << 2);
    const indexA = <usize>((matrix / divideA) % moduloA);
    const matrixA = packedA ? a + indexA * matrixBytesA : a + ((indexA * batchStrideA) << 2);
    const matrixB = b + <usize>((matrix / divideB) % moduloB) * panelsB * panelBytesB;
    if (!packedA) {
      const last = row0 + paddedRows(row1 - row0);
      for (let row = row0; row < last; row++) {
        const at = <usize>(row - row0) << 2;
        const present = <usize>min(row, rows - 1);
        store<u32>(table + at, matrixA + ((present * rowStrideA) << 2));
        store<u32>(targets + at, matrixC + present * strideC);
      }
    }
    for (let k = 0; k < depth; k += block) {
      const length = min(block, depth - k);
      const more = accumulate != 0 || k > 0;
      const last = k + block >= depth;
      const clamp = clamps && last;
      for (let column = column0; column < column1; column += COLUMNS) {
        const panelB = matrixB + <usize>(column / COLUMNS) * panelBytesB + (<usize>k << 5);
        const width = min(COLUMNS, column1 - column);
        const addend = bias && last ? bias + (<usize>column << 2) : 0;
        if (packedA) {
          const panels = matrixA + ((<usize>row0 * depth) << 2);
          const at = matrixC + <usize>row0 * strideC + (<usize>column << 2);
          stripPacked(panels, depth, k, length, panelB, COLUMNS << 2, at, strideC, row1 - row0, width, more, addend, clamp, high);
        } else {
          const shift = <usize>column << 2;
          stripRows(table, 1, 0, 1, zero, <usize>k << 2, 0, length, panelB, COLUMNS << 2, targets, shift, row1 - row0, width, more, addend, clamp, high);
        }
      }
    }
    if (activation && !clamps) {
      const at = matrixC + <usize>row0 * strideC + (<usize>column0 << 2);
      finish(at, strideC, row1 - row0, column1 - column0, 0, activation, alpha);
    }
  }
}
