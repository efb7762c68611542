import { DEPTH } from './gemm.as';
import { COLUMNS, ROWS, tilePacked } from './tile.as';
import { partStart } from './vector.as';

/**
 * The gradient of a convolution's filter: `out[split][(tapY, tapX, channel)][column] = sum over the split's output points of
 * x[point * stride + tap * dilation - pad][channel] dy[point][column]`.
 *
 * `dy` is packed by `packColumns` as one matrix [batch * outHeight * outWidth, columns]. The points are cut into `splits` equal parts, the rows
 * (tapY, tapX, channel) into tiles of `tileRowCount` (a multiple of 4); there is one task for each pair, the split varying fastest, so `tasks`
 * must be `splits * ceil(rows / tileRowCount)`. Each split writes its own partial sum. `scratch` holds `4 * 320 * tileRowCount` bytes a task.
 */
export function convolveFilter(
  task: i32,
  _tasks: i32,
  x: usize,
  height: i32,
  width: i32,
  channels: i32,
  dy: usize,
  batch: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  out: usize,
  splits: i32,
  tileRowCount: i32,
  scratch: usize,
): void {
  const rows = filterHeight * filterWidth * channels;
  const points = batch * outHeight * outWidth;
  const split = task % splits;
  const row0 = (task / splits) * tileRowCount;
  const row1 = min(rows, row0 + tileRowCount);
  const start = partStart(points, split, splits);
  const end = partStart(points, split + 1, splits);
  const panelBytesB = <usize>points << 5;
  const packed = scratch + <usize>task * ((<usize>DEPTH * tileRowCount) << 2);
  const target = out + ((<usize>split * rows * columns) << 2);
  const stride = <usize>columns << 2;

  for (let point = start; point < end; point += DEPTH) {
    const length = min(DEPTH, end - point);
    for (let row = row0; row < row1; row += ROWS) {
      const panel = packed + ((<usize>(row - row0) * length) << 2);
      const tap = row / channels;
      const channel = row - tap * channels;
      if (channel + ROWS <= channels) {
        packTap(
          true, panel, x, height, width, channels, point, length, outHeight, outWidth, strideHeight, strideWidth,
          (tap / filterWidth) * dilationHeight - padTop, (tap % filterWidth) * dilationWidth - padLeft, channel,
        );
      } else {
        for (let line = 0; line < ROWS; line++) {
          const absent = row + line >= row1;
          const lineTap = (row + line) / channels;
          packTap(
            false, panel + (<usize>line << 2), x, absent ? 0 : height, width, channels, point, length, outHeight, outWidth, strideHeight, strideWidth,
            (lineTap / filterWidth) * dilationHeight - padTop, (lineTap % filterWidth) * dilationWidth - padLeft, row + line - lineTap * channels,
          );
        }
      }
    }
    for (let column = 0; column < columns; column += COLUMNS) {
      const panelB = dy + <usize>(column / COLUMNS) * panelBytesB + (<usize>point << 5);
      const tileColumns = min(COLUMNS, columns - column);
      for (let row = row0; row < row1; row += ROWS) {
        const panelA = packed + ((<usize>(row - row0) * length) << 2);
        const at = target + <usize>row * stride + (<usize>column << 2);
        tilePacked(panelA, panelB, length, at, stride, min(ROWS, row1 - row), tileColumns, point > start, 0, false, 0, 0);
      }
    }
  }
}

/** Writes the values that one tap sees at `length` output points, 16 bytes apart: four channels (`four`) or one. Outside the image they are 0. */
// @ts-ignore: decorator
@inline
function packTap(
  four: bool,
  target: usize,
  x: usize,
  height: i32,
  width: i32,
  channels: i32,
  point: i32,
  length: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  offsetY: i32,
  offsetX: i32,
  channel: i32,
): void {
  let row = point / outWidth;
  let outX = point - row * outWidth;
  let image = row / outHeight;
  let outY = row - image * outHeight;
  const step = <usize>(strideWidth * channels) << 2;
  while (length > 0) {
    const run = min(length, outWidth - outX);
    const inY = outY * strideHeight + offsetY;
    let inX = outX * strideWidth + offsetX;
    const inside = <u32>inY < <u32>height;
    let source = x + ((((<usize>image * height + inY) * width + inX) * channels + channel) << 2);
    for (let i = 0; i < run; i++) {
      const seen = inside && <u32>inX < <u32>width;
      if (four) v128.store(target, seen ? v128.load(source) : f32x4.splat(0));
      else store<f32>(target, seen ? load<f32>(source) : 0);
      target += 16;
      source += step;
      inX += strideWidth;
    }
    length -= run;
    outX = 0;
    outY++;
    if (outY == outHeight) {
      outY = 0;
      image++;
    }
  }
}
