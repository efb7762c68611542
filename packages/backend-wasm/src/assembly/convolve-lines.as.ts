import { clampEnd, DEPTH, finish, isClamp } from './gemm.as';
import { packPanel } from './pack.as';
import { padLines } from './pad-lines.as';
import { COLUMNS, paddedRows, stripRuns } from './tile.as';
import { partStart } from './vector.as';

/**
 * A forward convolution over NHWC whose filter is small: `target[point] = activation(bias + sum over taps of x[point * stride + tap * dilation -
 * pad] filter[tap])`. The lines that a band of output rows sees are copied with their padding, so that every output point reads its taps in the same
 * places behind its own; where there is no padding they are read where they lie. The filter is read where it lies too, but for columns that
 * do not fill a panel.
 *
 * Items are bands of `rowCount` output rows of an image. With taps `fh * (dilationWidth == 1 ? 1 : fw)` a task has `scratchBytes` of scratch, at
 * least `4 * (taps + rowCount * outWidth + 3)`, the lines of a band, `4 * ((rowCount - 1) * strideHeight + (fh - 1) * dilationHeight + 1) *
 * ((outWidth - 1) * strideWidth + (fw - 1) * dilationWidth + 1) * channels`, and `32 * fh * fw * channels` where columns do not fill a panel.
 */
export function convolveLines(
  task: i32,
  tasks: i32,
  source: usize,
  height: i32,
  width: i32,
  channels: i32,
  filter: usize,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  target: usize,
  batch: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  rowCount: i32,
  bias: usize,
  activation: i32,
  alpha: f32,
  scratch: usize,
  scratchBytes: i32,
): void {
  const bands = (outHeight + rowCount - 1) / rowCount;
  const items = batch * bands;
  const end = partStart(items, task + 1, tasks);
  const pixelBytes = <usize>channels << 2;
  const strideC = <usize>columns << 2;
  // Taps that are neighbours in the image are one run.
  const runsOfLine = dilationWidth == 1 ? 1 : filterWidth;
  const taps = filterHeight * runsOfLine;
  const depth = (filterWidth / runsOfLine) * channels;
  const sum = taps * depth;
  const tapBlock = max(1, min(taps, DEPTH / depth));
  const pixels = (outWidth - 1) * strideWidth + (filterWidth - 1) * dilationWidth + 1;
  const offsets = scratch + <usize>task * scratchBytes;
  const table = offsets + (<usize>taps << 2);
  const tail = table + ((<usize>rowCount * outWidth + 3) << 2);
  const direct = columns & ~(COLUMNS - 1);
  const lines = direct == columns ? tail : tail + (<usize>sum << 5);
  if (direct < columns) packPanel(filter + (<usize>direct << 2), 4, strideC, columns - direct, sum, COLUMNS, tail);
  const clamps = isClamp(activation);
  const high = clampEnd(activation);

  for (let item = partStart(items, task, tasks); item < end; item++) {
    const image = item / bands;
    const row0 = (item - image * bands) * rowCount;
    const rows = min(rowCount, outHeight - row0);
    const firstY = row0 * strideHeight - padTop;
    const lineCount = (rows - 1) * strideHeight + (filterHeight - 1) * dilationHeight + 1;
    const pointer = source + <usize>image * height * width * pixelBytes;
    const isInside = padLeft <= 0 && pixels - padLeft <= width && firstY >= 0 && firstY + lineCount <= height;
    let base = lines;
    let lineBytes = <usize>pixels * pixelBytes;
    if (isInside) {
      lineBytes = <usize>width * pixelBytes;
      base = pointer + <usize>firstY * lineBytes - <usize>padLeft * pixelBytes;
    } else padLines(lines, pointer, height, width, channels, firstY, lineCount, -padLeft, pixels);

    for (let tap = 0; tap < taps; tap++) {
      const tapY = tap / runsOfLine;
      const tapX = tap - tapY * runsOfLine;
      store<u32>(
        offsets + (<usize>tap << 2),
        <usize>(tapY * dilationHeight) * lineBytes + <usize>(tapX * dilationWidth) * pixelBytes,
      );
    }
    const count = rows * outWidth;
    let entry = table;
    for (let row = 0; row < rows; row++) {
      let at = base + <usize>(row * strideHeight) * lineBytes;
      for (let x = 0; x < outWidth; x++) {
        store<u32>(entry, at);
        at += <usize>strideWidth * pixelBytes;
        entry += 4;
      }
    }
    // Absent points repeat the last one.
    const last = load<u32>(entry - 4);
    for (let index = paddedRows(count) - count; index > 0; index--) {
      store<u32>(entry, last);
      entry += 4;
    }
    const c = target + (<usize>image * outHeight + row0) * <usize>outWidth * strideC;
    for (let tap = 0; tap < taps; tap += tapBlock) {
      const length = min(tapBlock, taps - tap);
      const isLast = tap + length == taps;
      const first = <usize>(tap * depth);
      const from = offsets + (<usize>tap << 2);
      for (let column = 0; column < columns; column += COLUMNS) {
        const isDirect = column < direct;
        const shift = <usize>column << 2;
        const panel = isDirect ? filter + shift + first * strideC : tail + (first << 5);
        const strideB = isDirect ? strideC : COLUMNS << 2;
        const addend = bias && isLast ? bias + shift : 0;
        stripRuns(table, length, from, depth, panel, strideB, c + shift, strideC, count, min(COLUMNS, columns - column), tap > 0, addend, clamps && isLast, high);
      }
    }
    if (activation && !clamps) finish(c, strideC, count, columns, 0, activation, alpha);
  }
}
