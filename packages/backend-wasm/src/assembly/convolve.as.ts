import { clampEnd, DEPTH, depthBlock, finish, isClamp } from './gemm.as';
import { COLUMNS, paddedRows, stripRows, tileHeight } from './tile.as';
import { partStart } from './vector.as';

/**
 * An indirect convolution over NHWC: for every point q of a grid
 * `target[q * targetStride + phase] = activation(bias + sum over taps of source[q * sourceStride + tap] B[tap])`, where source points outside
 * count as 0.
 *
 * With `taps` in filter order it is a forward convolution; with the taps of one phase of a stride it is the gradient of its input.
 * `tapTable` holds three i32 a tap: its row and column offset in the source and its index in `b`, which `packColumns` packed with the taps as
 * batch. `zeros` points at `channels` floats of 0. Items are runs of `positionCount` (a multiple of 12) grid points.
 * `scratch` holds `4 * (taps + (taps + 1) * positionCount)` bytes a task. Without taps the target is set to the bias or 0.
 */
export function convolve(
  task: i32,
  tasks: i32,
  source: usize,
  sourceHeight: i32,
  sourceWidth: i32,
  channels: i32,
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
  bias: usize,
  activation: i32,
  alpha: f32,
  zeros: usize,
  scratch: usize,
): void {
  const positions = batch * gridHeight * gridWidth;
  const items = (positions + positionCount - 1) / positionCount;
  const end = partStart(items, task + 1, tasks);
  const pixelBytes = <usize>channels << 2;
  const panelBytes = <usize>channels << 5;
  const tapBytes = <usize>((columns + COLUMNS - 1) / COLUMNS) * panelBytes;
  const offsets = scratch + <usize>task * ((<usize>taps + (<usize>taps + 1) * positionCount) << 2);
  const targets = offsets + (<usize>taps << 2);
  const table = targets + (<usize>positionCount << 2);
  for (let tap = 0; tap < taps; tap++) {
    store<u32>(offsets + (<usize>tap << 2), <usize>load<i32>(tapTable + <usize>(tap * 12), 8) * tapBytes);
  }
  const block = depthBlock(channels);
  const tapBlocks = max(1, (channels * taps + DEPTH - 1) / DEPTH);
  const tapBlock = block < channels ? 1 : max(1, (taps + tapBlocks - 1) / tapBlocks);
  const clamps = isClamp(activation);
  const high = clampEnd(activation);

  for (let item = partStart(items, task, tasks); item < end; item++) {
    const first = item * positionCount;
    const count = min(positionCount, positions - first);
    const padded = paddedRows(count);
    let row = first / gridWidth;
    let gridX = first - row * gridWidth;
    let image = row / gridHeight;
    let gridY = row - image * gridHeight;
    let height = tileHeight(count);
    let tileStart = 0;
    for (let index = 0; index < padded; index++) {
      const y = gridY * targetStrideHeight + phaseHeight;
      const x = gridX * targetStrideWidth + phaseWidth;
      store<u32>(
        targets + (<usize>index << 2),
        target + ((((<usize>image * targetHeight + y) * targetWidth + x) * columns) << 2),
      );
      if (index == tileStart + height) {
        tileStart = index;
        height = tileHeight(count - index);
      }
      // [tile][tap][height]
      let entry = table + ((<usize>tileStart * taps + <usize>(index - tileStart)) << 2);
      let tapEntry = tapTable;
      const originY = gridY * sourceStrideHeight;
      const originX = gridX * sourceStrideWidth;
      const lines = source + <usize>image * sourceHeight * sourceWidth * pixelBytes;
      for (let tap = 0; tap < taps; tap++) {
        const sourceY = originY + load<i32>(tapEntry);
        const sourceX = originX + load<i32>(tapEntry, 4);
        tapEntry += 12;
        let at = zeros;
        if (<u32>sourceY < <u32>sourceHeight && <u32>sourceX < <u32>sourceWidth) at = lines + <usize>(sourceY * sourceWidth + sourceX) * pixelBytes;
        store<u32>(entry, at);
        entry += <usize>height << 2;
      }
      // Absent points repeat the last one that exists.
      if (index + 1 < count) {
        gridX++;
        if (gridX == gridWidth) {
          gridX = 0;
          gridY++;
          if (gridY == gridHeight) {
            gridY = 0;
            image++;
          }
        }
      }
    }
    let tap = 0;
    do {
      const tapCount = min(tapBlock, taps - tap);
      let k = 0;
      do {
        const length = min(block, channels - k);
        const accumulate = tap > 0 || k > 0;
        const last = tap + tapBlock >= taps && k + block >= channels;
        const clamp = clamps && last;
        for (let column = 0; column < columns; column += COLUMNS) {
          const panel = b + <usize>(column / COLUMNS) * panelBytes + (<usize>k << 5);
          const width = min(COLUMNS, columns - column);
          const addend = bias && last ? bias + (<usize>column << 2) : 0;
          stripRows(
            table,
            taps,
            tap,
            tapCount,
            offsets + (<usize>tap << 2),
            <usize>k << 2,
            zeros,
            length,
            panel,
            COLUMNS << 2,
            targets,
            <usize>column << 2,
            count,
            width,
            accumulate,
            addend,
            clamp,
            high,
          );
        }
        k += block;
      } while (k < channels);
      tap += tapBlock;
    } while (tap < taps);
    if (activation && !clamps) {
      for (let index = 0; index < count; index++) {
        finish(<usize>load<u32>(targets + (<usize>index << 2)), 0, 1, columns, 0, activation, alpha);
      }
    }
  }
}
