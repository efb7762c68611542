import { DEPTH, depthBlock } from './gemm.as';
import { COLUMNS, ROWS, tileRows } from './tile.as';
import { partStart } from './vector.as';

/** Bytes of scratch that one task of {@link convolve} takes. */
// @ts-ignore: decorator
@inline
function scratchBytes(taps: i32, positionCount: i32): usize {
  return (<usize>taps + (<usize>taps + 1) * positionCount) << 2;
}

/**
 * An indirect convolution over NHWC: for every point q of a grid
 * `target[q * targetStride + phase] = sum over taps of source[q * sourceStride + tap] B[tap]`, where source points outside count as 0.
 *
 * With `taps` in filter order it is a forward convolution; with the taps of one phase of a stride it is the gradient of its input.
 * `tapTable` holds three i32 a tap: its row and column offset in the source and its index in `b`, which `packColumns` packed with the taps as
 * batch. `zeros` points at `depth` floats of 0. Items are runs of `positionCount` (a multiple of 4) grid points.
 * `scratch` holds `4 * (taps + (taps + 1) * positionCount)` bytes a task. Without taps the target is set to 0.
 */
export function convolve(
  task: i32,
  tasks: i32,
  source: usize,
  sourceHeight: i32,
  sourceWidth: i32,
  depth: i32,
  sourceStrideHeight: i32,
  sourceStrideWidth: i32,
  taps: i32,
  tapTable: usize,
  b: usize,
  target: usize,
  targetHeight: i32,
  targetWidth: i32,
  columns: i32,
  targetStrideHeight: i32,
  targetStrideWidth: i32,
  phaseHeight: i32,
  phaseWidth: i32,
  batch: i32,
  gridHeight: i32,
  gridWidth: i32,
  positionCount: i32,
  zeros: usize,
  scratch: usize,
): void {
  const positions = batch * gridHeight * gridWidth;
  const items = (positions + positionCount - 1) / positionCount;
  const end = partStart(items, task + 1, tasks);
  const panelBytes = <usize>depth << 5;
  const tapBytes = <usize>((columns + COLUMNS - 1) / COLUMNS) * panelBytes;
  const offsets = scratch + <usize>task * scratchBytes(taps, positionCount);
  const targets = offsets + (<usize>taps << 2);
  const table = targets + (<usize>positionCount << 2);
  for (let tap = 0; tap < taps; tap++) {
    store<u32>(offsets + (<usize>tap << 2), <usize>load<i32>(tapTable + <usize>(tap * 12), 8) * tapBytes);
  }
  const block = depthBlock(depth);
  const tapBlocks = max(1, (depth * taps + DEPTH - 1) / DEPTH);
  const tapBlock = block < depth ? 1 : max(1, (taps + tapBlocks - 1) / tapBlocks);

  for (let item = partStart(items, task, tasks); item < end; item++) {
    const first = item * positionCount;
    const count = min(positionCount, positions - first);
    for (let index = 0; index < positionCount; index++) {
      const position = min(first + index, positions - 1);
      const row = position / gridWidth;
      const gridX = position - row * gridWidth;
      const image = row / gridHeight;
      const gridY = row - image * gridHeight;
      const y = gridY * targetStrideHeight + phaseHeight;
      const x = gridX * targetStrideWidth + phaseWidth;
      store<u32>(
        targets + (<usize>index << 2),
        target + ((((<usize>image * targetHeight + y) * targetWidth + x) * columns) << 2),
      );
      // [position / 4][tap][4]
      let entry = table + ((<usize>(index / ROWS) * taps * ROWS + <usize>(index % ROWS)) << 2);
      let tapEntry = tapTable;
      for (let tap = 0; tap < taps; tap++) {
        const sourceY = gridY * sourceStrideHeight + load<i32>(tapEntry);
        const sourceX = gridX * sourceStrideWidth + load<i32>(tapEntry, 4);
        const inside = <u32>sourceY < <u32>sourceHeight && <u32>sourceX < <u32>sourceWidth;
        const at = source + ((((<usize>image * sourceHeight + sourceY) * sourceWidth + sourceX) * depth) << 2);
        store<u32>(entry, inside ? at : zeros);
        entry += ROWS << 2;
        tapEntry += 12;
      }
    }
    let tap = 0;
    do {
      const tapCount = min(tapBlock, taps - tap);
      let k = 0;
      do {
        const length = min(block, depth - k);
        const accumulate = tap > 0 || k > 0;
        for (let column = 0; column < columns; column += COLUMNS) {
          const panel = b + <usize>(column / COLUMNS) * panelBytes + (<usize>k << 5);
          const width = min(COLUMNS, columns - column);
          for (let index = 0; index < count; index += ROWS) {
            tileRows(
              table + ((<usize>index * taps + <usize>tap * ROWS) << 2),
              offsets + (<usize>tap << 2),
              tapCount,
              <usize>k << 2,
              length,
              panel,
              targets + (<usize>index << 2),
              <usize>column << 2,
              min(ROWS, count - index),
              width,
              accumulate,
            );
          }
        }
        k += block;
      } while (k < depth);
      tap += tapBlock;
    } while (tap < taps);
  }
}
