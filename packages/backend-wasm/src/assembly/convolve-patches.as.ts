import { copyFloats, copyRun } from './copy-run.as';
import { clampEnd, finish, isClamp } from './gemm.as';
import { COLUMNS, paddedRows, stripRows } from './tile.as';
import { partStart } from './vector.as';

/**
 * A forward convolution over NHWC whose sums are short: `target = activation(bias + patches B)` with the patch of every output point, in the
 * order (tapY, tapX, channel), copied before it is multiplied.
 *
 * `b` is the filter, packed by `packColumns` as one matrix [filterHeight * filterWidth * channels, columns]. Items are runs of `positionCount` (a
 * multiple of 12) output points; `scratch` holds `4 + 8 * (positionCount + 3) + 4 * positionCount * filterHeight * filterWidth * channels` bytes
 * a task.
 */
export function convolvePatches(
  task: i32,
  tasks: i32,
  source: usize,
  height: i32,
  width: i32,
  channels: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  b: usize,
  target: usize,
  batch: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  positionCount: i32,
  bias: usize,
  activation: i32,
  alpha: f32,
  scratch: usize,
): void {
  const positions = batch * outHeight * outWidth;
  const items = (positions + positionCount - 1) / positionCount;
  const end = partStart(items, task + 1, tasks);
  // Taps that are neighbours are copied at once.
  const span = dilationWidth == 1 ? filterWidth : 1;
  const floats = span * channels;
  const runBytes = <usize>floats << 2;
  const lineBytes = <usize>(width * channels) << 2;
  const depth = filterHeight * filterWidth * channels;
  const strideA = <usize>depth << 2;
  const strideC = <usize>columns << 2;
  const tableBytes = (<usize>positionCount + 3) << 2;
  const zero = scratch + <usize>task * (4 + 2 * tableBytes + <usize>positionCount * strideA);
  const table = zero + 4;
  const targets = table + tableBytes;
  const patches = targets + tableBytes;
  store<u32>(zero, 0);
  const clamps = isClamp(activation);
  const high = clampEnd(activation);

  for (let item = partStart(items, task, tasks); item < end; item++) {
    const first = item * positionCount;
    const count = min(positionCount, positions - first);
    let row = first / outWidth;
    let outX = first - row * outWidth;
    let image = row / outHeight;
    let outY = row - image * outHeight;
    let run = patches;
    for (let index = 0; index < count; index++) {
      const originX = outX * strideWidth - padLeft;
      let y = outY * strideHeight - padTop;
      let line = source + <usize>(image * height + y) * lineBytes;
      for (let tapY = 0; tapY < filterHeight; tapY++) {
        const lineWidth = <u32>y < <u32>height ? width : 0;
        for (let tapX = 0; tapX < filterWidth; tapX += span) {
          const x = originX + tapX * dilationWidth;
          if (x >= 0 && x + span <= lineWidth) copyFloats(run, line + (<usize>(x * channels) << 2), floats);
          else copyRun(run, line, x, span, lineWidth, channels);
          run += runBytes;
        }
        y += dilationHeight;
        line += <usize>dilationHeight * lineBytes;
      }
      outX++;
      if (outX == outWidth) {
        outX = 0;
        outY++;
        if (outY == outHeight) {
          outY = 0;
          image++;
        }
      }
    }
    const c = target + <usize>first * strideC;
    const padded = paddedRows(count);
    for (let index = 0; index < padded; index++) {
      const present = <usize>min(index, count - 1);
      store<u32>(table + (<usize>index << 2), patches + present * strideA);
      store<u32>(targets + (<usize>index << 2), present * strideC);
    }
    for (let column = 0; column < columns; column += COLUMNS) {
      const panel = b + ((<usize>column * depth) << 2);
      const shift = <usize>column << 2;
      const addend = bias ? bias + shift : 0;
      const width = min(COLUMNS, columns - column);
      stripRows(table, 1, 0, 1, zero, 0, 0, depth, panel, COLUMNS << 2, targets, c + shift, count, width, false, addend, clamps, high);
    }
    if (activation && !clamps) finish(c, strideC, count, columns, 0, activation, alpha);
  }
}
