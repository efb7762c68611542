import { COLUMNS, paddedRows, ROWS, tileHeight } from './tile.as';
import { partStart } from './vector.as';

/** Transposes 4x4 floats: four lines `stride` bytes apart to four groups `step` bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(source: usize, stride: usize, target: usize, step: usize): void {
  const a = v128.load(source);
  const b = v128.load(source + stride);
  const c = v128.load(source + 2 * stride);
  const d = v128.load(source + 3 * stride);
  const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<i64>(ab0, cd0, 0, 2));
  v128.store(target + step, v128.shuffle<i64>(ab0, cd0, 1, 3));
  v128.store(target + 2 * step, v128.shuffle<i64>(ab1, cd1, 0, 2));
  v128.store(target + 3 * step, v128.shuffle<i64>(ab1, cd1, 1, 3));
}

/** Packs `lines` (1 to `width`, which is 4, 6 or 8) lines of `depth` elements as `[depth][width]`, with zeros for the lines that are absent. Strides in bytes. */
export function packPanel(source: usize, lineStride: usize, depthStride: usize, lines: i32, depth: i32, width: i32, target: usize): void {
  const step = <usize>width << 2;
  let k = 0;
  if (lines == width) {
    if (lineStride == 4) {
      for (; k < depth; k++) {
        v128.store(target, v128.load(source));
        if (width == COLUMNS) v128.store(target, v128.load(source, 16), 16);
        else if (width == 6) store<u64>(target, load<u64>(source, 16), 16);
        source += depthStride;
        target += step;
      }
      return;
    }
    if (depthStride == 4 && width != 6) {
      for (; k + 4 <= depth; k += 4) {
        for (let line: usize = 0; line < <usize>width; line += 4) {
          transpose4(source + line * lineStride, lineStride, target + (line << 2), step);
        }
        source += 16;
        target += step << 2;
      }
    }
  }
  for (; k < depth; k++) {
    let from = source;
    let line = 0;
    for (; line < lines; line++) {
      store<f32>(target + (<usize>line << 2), load<f32>(from));
      from += lineStride;
    }
    for (; line < width; line++) store<f32>(target + (<usize>line << 2), 0);
    source += depthStride;
    target += step;
  }
}

/** Elements of the depth that are packed for one panel before the next: few enough that their cache lines are still there for it. */
const BLOCK: i32 = 8;

/** Rows that a matrix has when it is packed by {@link packRows}. */
export function packedLines(rows: i32, tileRowCount: i32): i32 {
  const full = ((rows - 1) / tileRowCount) * tileRowCount;
  return full + paddedRows(rows - full);
}

/**
 * Packs A[batch][rows,depth] for `stripPacked`: `[batch][block of tileRowCount rows][tile][depth][height of the tile]`. A `tileRowCount` below
 * `rows` is a multiple of 12, so that it is a whole number of tiles. One item a block; strides in elements.
 */
export function packRows(
  task: i32,
  tasks: i32,
  a: usize,
  rowStride: i32,
  columnStride: i32,
  batchStride: i32,
  batch: i32,
  rows: i32,
  depth: i32,
  tileRowCount: i32,
  target: usize,
): void {
  const blocks = (rows + tileRowCount - 1) / tileRowCount;
  const end = partStart(batch * blocks, task + 1, tasks);
  const lines = packedLines(rows, tileRowCount);
  // All blocks before it are whole numbers of the highest tiles.
  const lastBlock = (blocks - 1) * tileRowCount;
  const step = rowStride == 1 ? BLOCK : depth;
  for (let item = partStart(batch * blocks, task, tasks); item < end; ) {
    const matrix = item / blocks;
    const last = min(end, (matrix + 1) * blocks);
    const row0 = (item - matrix * blocks) * tileRowCount;
    const row1 = min(rows, (last - matrix * blocks) * tileRowCount);
    const source = a + ((<usize>matrix * batchStride) << 2);
    const packed = target + ((<usize>matrix * lines * depth) << 2);
    for (let k = 0; k < depth; k += step) {
      const length = min(step, depth - k);
      let height = 0;
      for (let row = row0; row < row1; row += height) {
        height = row < lastBlock ? ROWS : tileHeight(rows - row);
        const from = source + ((<usize>row * rowStride + <usize>k * columnStride) << 2);
        const to = packed + ((<usize>row * depth + <usize>k * height) << 2);
        packPanel(from, <usize>rowStride << 2, <usize>columnStride << 2, min(height, rows - row), length, height, to);
      }
    }
    item = last;
  }
}

/** Packs B[batch][depth,columns] into panels of 8 columns: `[batch][columns/8][depth][8]`. One item a panel; strides in elements. */
export function packColumns(
  task: i32,
  tasks: i32,
  b: usize,
  rowStride: i32,
  columnStride: i32,
  batchStride: i32,
  batch: i32,
  depth: i32,
  columns: i32,
  target: usize,
): void {
  const panels = (columns + COLUMNS - 1) / COLUMNS;
  const items = batch * panels;
  const end = partStart(items, task + 1, tasks);
  const step = columnStride == 1 ? BLOCK : depth;
  for (let item = partStart(items, task, tasks); item < end; ) {
    const matrix = item / panels;
    const last = min(end, (matrix + 1) * panels);
    const source = b + ((<usize>matrix * batchStride) << 2);
    for (let k = 0; k < depth; k += step) {
      for (let panel = item; panel < last; panel++) {
        const first = (panel - matrix * panels) * COLUMNS;
        packPanel(
          source + ((<usize>first * columnStride + <usize>k * rowStride) << 2),
          <usize>columnStride << 2,
          <usize>rowStride << 2,
          min(COLUMNS, columns - first),
          min(step, depth - k),
          COLUMNS,
          target + (((<usize>panel * depth + k) * COLUMNS) << 2),
        );
      }
    }
    item = last;
  }
}
