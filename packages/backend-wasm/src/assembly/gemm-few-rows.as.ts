import { clampEnd, depthBlock, finish, isClamp } from './gemm.as';
import { packPanel } from './pack.as';
import { COLUMNS, paddedRows, stripRows } from './tile.as';
import { partStart } from './vector.as';

/** The stretch of the inner dimension that is packed at once: 128 columns of it then fit the first-level cache. */
const LENGTH: i32 = 64;

/** Rows of B that are packed for one panel before the next, which has the other half of their cache lines. */
const BLOCK: i32 = 8;

/** Packs B[depth,columns], whose rows are contiguous and `stride` bytes apart, as `[columns / 8][depth][8]`. */
function packBlock(b: usize, stride: usize, depth: i32, columns: i32, target: usize): void {
  for (let k = 0; k < depth; k += BLOCK) {
    const length = min(BLOCK, depth - k);
    for (let column = 0; column < columns; column += COLUMNS) {
      const at = target + (<usize>(column * depth + k * COLUMNS) << 2);
      packPanel(b + (<usize>column << 2), 4, stride, min(COLUMNS, columns - column), length, COLUMNS, at);
    }
    b += stride * BLOCK;
  }
}

/**
 * C[rows,columns] (+)= A[rows,depth] B[depth,columns], then optionally a bias and an activation, for so few rows that a packed B would not be
 * used often: every part of B is read from memory once. The rows of A and B are contiguous.
 *
 * With `direct` B is multiplied where it lies, else in blocks that are packed beside it. Items are blocks of `columnCount` (a multiple of 8)
 * columns. `scratch` holds `4 + 8 * (rows + 3) + 256 * columnCount` bytes a task. Strides in elements.
 */
export function gemmFewRows(
  task: i32,
  tasks: i32,
  a: usize,
  rowStrideA: i32,
  b: usize,
  rowStrideB: i32,
  direct: i32,
  c: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  columnCount: i32,
  accumulate: i32,
  bias: usize,
  activation: i32,
  alpha: f32,
  scratch: usize,
): void {
  const items = (columns + columnCount - 1) / columnCount;
  const end = partStart(items, task + 1, tasks);
  const padded = paddedRows(rows);
  const strideB = <usize>rowStrideB << 2;
  const strideC = <usize>columns << 2;
  const zero = scratch + <usize>task * (4 + ((<usize>rows + 3) << 3) + ((<usize>columnCount * LENGTH) << 2));
  const table = zero + 4;
  const targets = table + (<usize>padded << 2);
  const packed = targets + (<usize>padded << 2);
  store<u32>(zero, 0);
  for (let row = 0; row < padded; row++) {
    const present = <usize>min(row, rows - 1);
    store<u32>(table + (<usize>row << 2), a + ((present * rowStrideA) << 2));
    store<u32>(targets + (<usize>row << 2), c + present * strideC);
  }
  const clamps = isClamp(activation);
  const high = clampEnd(activation);

  for (let item = partStart(items, task, tasks); item < end; item++) {
    const column0 = item * columnCount;
    const column1 = min(columns, column0 + columnCount);
    // Columns that do not fill a panel are always packed: a tile would read past the last row.
    const direct1 = direct ? column0 + ((column1 - column0) & ~(COLUMNS - 1)) : column0;
    const block = direct1 == column1 ? depthBlock(depth) : LENGTH;
    for (let k = 0; k < depth; k += block) {
      const length = min(block, depth - k);
      const more = accumulate != 0 || k > 0;
      const last = k + block >= depth;
      const clamp = clamps && last;
      const line = b + <usize>k * strideB;
      if (direct1 < column1) packBlock(line + (<usize>direct1 << 2), strideB, length, column1 - direct1, packed);
      for (let column = column0; column < column1; column += COLUMNS) {
        const isDirect = column < direct1;
        const shift = <usize>column << 2;
        const panel = isDirect ? line + shift : packed + (<usize>((column - direct1) * length) << 2);
        const step = isDirect ? strideB : COLUMNS << 2;
        const width = min(COLUMNS, column1 - column);
        const addend = bias && last ? bias + shift : 0;
        stripRows(table, 1, 0, 1, zero, <usize>k << 2, 0, length, panel, step, targets, shift, rows, width, more, addend, clamp, high);
      }
    }
    if (activation && !clamps) {
      finish(c + (<usize>column0 << 2), strideC, rows, column1 - column0, 0, activation, alpha);
    }
  }
}
