import { loadPartial, partStart, storePartial } from './vector.as';

/**
 * Adds, or stores where windows do not overlap, the gradient of four channels of one window, or of as many as `channels` says, at the first
 * greatest input. A first pass finds its tap, a second one goes over the taps again; a window without a number greater than -Infinity has none.
 */
// @ts-ignore: decorator
@inline
function scatterWindow(
  overlaps: bool,
  x: usize,
  dx: usize,
  gradient: v128,
  rows: i32,
  columns: i32,
  rowBytes: usize,
  pixelBytes: usize,
  channels: i32,
): void {
  let greatest = f32x4.splat(-Infinity);
  let greatestTap = i32x4.splat(-1);
  let tap = i32x4.splat(0);
  const one = i32x4.splat(1);
  let line = x;
  for (let row = 0; row < rows; row++) {
    let pixel = line;
    for (let left = columns; left > 0; left--) {
      const value = loadPartial(pixel, channels);
      const isGreater = f32x4.gt(value, greatest);
      greatest = f32x4.pmax(greatest, value);
      greatestTap = v128.bitselect(tap, greatestTap, isGreater);
      tap = i32x4.add(tap, one);
      pixel += pixelBytes;
    }
    line += rowBytes;
  }
  tap = i32x4.splat(0);
  line = dx;
  for (let row = 0; row < rows; row++) {
    let pixel = line;
    for (let left = columns; left > 0; left--) {
      let value = v128.and(gradient, i32x4.eq(tap, greatestTap));
      if (overlaps) value = f32x4.add(value, loadPartial(pixel, channels));
      storePartial(pixel, value, channels);
      tap = i32x4.add(tap, one);
      pixel += pixelBytes;
    }
    line += rowBytes;
  }
}

/** The windows of one item: `channelCount` channels of one image. */
// @ts-ignore: decorator
@inline
function scatterImage(
  overlaps: bool,
  x: usize,
  dy: usize,
  dx: usize,
  height: i32,
  width: i32,
  pixelBytes: usize,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  channelCount: i32,
): void {
  const rowBytes = <usize>width * pixelBytes;
  let filledY = 0;
  for (let outY = 0; outY <= outHeight; outY++) {
    const cornerY = outY * strideHeight - padTop;
    const firstY = max(0, cornerY);
    const endY = min(height, cornerY + filterHeight);
    // Rows that no earlier window touched are cleared just before they are written; behind the last window, all that are left.
    const fillEnd = outY < outHeight ? endY : height;
    for (; filledY < fillEnd; filledY++) {
      let at = dx + <usize>filledY * rowBytes;
      for (let pixel = 0; pixel < width; pixel++) {
        memory.fill(at, 0, <usize>channelCount << 2);
        at += pixelBytes;
      }
    }
    if (outY == outHeight) break;
    for (let outX = 0; outX < outWidth; outX++) {
      const cornerX = outX * strideWidth - padLeft;
      const firstX = max(0, cornerX);
      const columns = min(width, cornerX + filterWidth) - firstX;
      const corner = <usize>firstY * rowBytes + <usize>firstX * pixelBytes;
      let channel = 0;
      for (; channel + 4 <= channelCount; channel += 4) {
        const shift = <usize>channel << 2;
        scatterWindow(overlaps, x + corner + shift, dx + corner + shift, v128.load(dy + shift), endY - firstY, columns, rowBytes, pixelBytes, 4);
      }
      if (channel < channelCount) {
        const shift = <usize>channel << 2;
        const left = channelCount - channel;
        scatterWindow(overlaps, x + corner + shift, dx + corner + shift, loadPartial(dy + shift, left), endY - firstY, columns, rowBytes, pixelBytes, left);
      }
      dy += pixelBytes;
    }
  }
}

/**
 * The gradient of max pooling: each output's gradient goes to the first greatest input of its window, in row order. NaN is never the greatest.
 *
 * Items are blocks of `channelCount` (a multiple of 4) channels of one image, the block varying fastest.
 */
export function maxPoolGradient(
  task: i32,
  tasks: i32,
  x: usize,
  dy: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  channelCount: i32,
): void {
  const blocks = (channels + channelCount - 1) / channelCount;
  const pixelBytes = <usize>channels << 2;
  const overlaps = strideHeight < filterHeight || strideWidth < filterWidth;
  const end = partStart(batch * blocks, task + 1, tasks);
  for (let item = partStart(batch * blocks, task, tasks); item < end; item++) {
    const image = <usize>(item / blocks);
    const channel0 = (item % blocks) * channelCount;
    const shift = <usize>channel0 << 2;
    const count = min(channels - channel0, channelCount);
    const imageX = x + image * height * width * pixelBytes + shift;
    const imageDx = dx + image * height * width * pixelBytes + shift;
    const imageDy = dy + image * outHeight * outWidth * pixelBytes + shift;
    if (overlaps) scatterImage(true, imageX, imageDy, imageDx, height, width, pixelBytes, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft, count);
    else scatterImage(false, imageX, imageDy, imageDx, height, width, pixelBytes, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft, count);
  }
}
