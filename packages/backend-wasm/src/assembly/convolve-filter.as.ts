import { DEPTH } from './gemm.as';
import { COLUMNS, stripPacked, tileHeight } from './tile.as';
import { partStart } from './vector.as';

/**
 * The gradient of a convolution's filter: `out[split][(tapY, tapX, channel)][column] = sum over the split's output points of
 * x[point * stride + tap * dilation - pad][channel] dy[point][column]`.
 *
 * `dy` is a matrix [batch * outHeight * outWidth, columns] as it is (`direct`; columns are a multiple of 8 then) or packed by `packColumns`. The
 * points are cut into `splits` equal parts, the rows (tapY, tapX, channel) into blocks of `tileRowCount` (a multiple of 12, or all rows); there is one task for each pair, the split varying fastest, so `tasks`
 * must be `splits * ceil(rows / tileRowCount)`. Each split writes its own partial sum. `scratch` holds `4 * 320 * (tileRowCount + 3)` bytes a task.
 */
export function convolveFilter(
  task: i32,
  _tasks: i32,
  x: usize,
  imageHeight: i32,
  width: i32,
  channels: i32,
  dy: usize,
  direct: i32,
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
  const packed = scratch + <usize>task * ((<usize>DEPTH * (tileRowCount + 3)) << 2);
  const target = out + ((<usize>split * rows * columns) << 2);
  const stride = <usize>columns << 2;
  // Neighbouring taps see neighbouring pixels.
  const runsOfLine = dilationWidth == 1 ? 1 : filterWidth;
  const runFloats = (filterWidth / runsOfLine) * channels;

  for (let point = start; point < end; point += DEPTH) {
    const length = min(DEPTH, end - point);
    let height = 0;
    for (let row = row0; row < row1; row += height) {
      height = tileHeight(row1 - row);
      const panel = packed + ((<usize>(row - row0) * length) << 2);
      let lanes = 0;
      for (let line = 0; line < height; line += lanes) {
        // What lies side by side in the image is copied at once; absent rows are 0.
        const run = (row + line) / runFloats;
        const first = row + line - run * runFloats;
        const absent = row + line >= row1;
        lanes = min(height - line, absent ? height : min(runFloats - first, row1 - row - line));
        if (lanes == 5) lanes = 4;
        if (lanes == 3) lanes = 2;
        const tapX = (run % runsOfLine) * dilationWidth - padLeft;
        packLanes(
          lanes, panel + (<usize>line << 2), <usize>height << 2, x, absent ? 0 : imageHeight, width * channels, point, length, outHeight, outWidth,
          strideHeight, strideWidth * channels, (run / runsOfLine) * dilationHeight - padTop, tapX * channels + first,
        );
      }
    }
    for (let column = 0; column < columns; column += COLUMNS) {
      const panelB = direct ? dy + <usize>point * stride + (<usize>column << 2) : dy + <usize>(column / COLUMNS) * panelBytesB + (<usize>point << 5);
      const at = target + <usize>row0 * stride + (<usize>column << 2);
      const strideB = direct ? stride : COLUMNS << 2;
      stripPacked(packed, length, 0, length, panelB, strideB, at, stride, row1 - row0, min(COLUMNS, columns - column), point > start, 0, false, 0);
    }
  }
}

/** Copies `lanes` (1, 2, 4 or 6) floats, or writes as many zeros. */
// @ts-ignore: decorator
@inline
function copyLanes(lanes: i32, target: usize, source: usize, seen: bool): void {
  if (lanes >= 4) {
    v128.store(target, seen ? v128.load(source) : f32x4.splat(0));
    if (lanes == 6) store<u64>(target, seen ? load<u64>(source, 16) : 0, 16);
  } else if (lanes == 2) store<u64>(target, seen ? load<u64>(source) : 0);
  else store<u32>(target, seen ? load<u32>(source) : 0);
}

/**
 * Writes what `lanes` neighbouring rows see at `length` output points, `distance` bytes apart: the floats from `outX * stride + offset` on of an
 * image's line. Outside the image they are 0.
 */
function packLanes(
  lanes: i32,
  target: usize,
  distance: usize,
  x: usize,
  height: i32,
  lineFloats: i32,
  point: i32,
  length: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  stride: i32,
  offsetY: i32,
  offset: i32,
): void {
  let row = point / outWidth;
  let outX = point - row * outWidth;
  let image = row / outHeight;
  let outY = row - image * outHeight;
  const step = <usize>stride << 2;
  while (length > 0) {
    const count = min(length, outWidth - outX);
    const inY = outY * strideHeight + offsetY;
    const inside = <u32>inY < <u32>height;
    let at = outX * stride + offset;
    let source = x + ((((<usize>image * height + inY) * lineFloats) + at) << 2);
    for (let i = 0; i < count; i++) {
      if (!inside || at <= -lanes || at >= lineFloats) copyLanes(lanes, target, source, false);
      else if (at >= 0 && at + lanes <= lineFloats) copyLanes(lanes, target, source, true);
      else {
        for (let lane = 0; lane < lanes; lane++) {
          const here = <usize>lane << 2;
          copyLanes(1, target + here, source + here, <u32>(at + lane) < <u32>lineFloats);
        }
      }
      target += distance;
      source += step;
      at += stride;
    }
    length -= count;
    outX = 0;
    outY++;
    if (outY == outHeight) {
      outY = 0;
      image++;
    }
  }
}
