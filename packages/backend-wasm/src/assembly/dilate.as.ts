import { clearRows } from './clear-rows.as';
import { addAtOffsets } from './greatest-offset.as';
import { loadBefore, storeBefore } from './before-end.as';
import { loadPartial, partStart } from './vector.as';
import { endTap, firstTap } from './window-taps.as';

/** What a window without a greater sum has: the least integer that a double holds exactly, as in tfjs' kernels. */
const LEAST: f32 = -9007199254740991;

/**
 * For four channels of a window, or as many as `channels` says: the greatest sum of an input and the filter's number at its tap, of `rows` times
 * `columns` taps. With `findsPlace`, a constant, the place of the first greatest one instead, where places begin at `place` and grow by
 * `rowPlaces` and `columnPlaces` from tap to tap, or `noPlace` where there is none. NaN is never the greatest.
 */
// @ts-ignore: decorator
@inline
function dilateWindow(
  findsPlace: bool,
  x: usize,
  xEnd: usize,
  filter: usize,
  filterEnd: usize,
  rows: i32,
  columns: i32,
  rowBytes: usize,
  columnBytes: usize,
  filterRowBytes: usize,
  pixelBytes: usize,
  channels: i32,
  place: i32,
  rowPlaces: i32,
  columnPlaces: i32,
  noPlace: i32,
): v128 {
  let greatest = f32x4.splat(LEAST);
  let places = i32x4.splat(noPlace);
  for (; rows > 0; rows--) {
    let pixel = x;
    let weight = filter;
    let columnPlace = place;
    for (let left = columns; left > 0; left--) {
      const value = f32x4.add(loadBefore(xEnd, pixel, channels), loadBefore(filterEnd, weight, channels));
      if (findsPlace) places = v128.bitselect(i32x4.splat(columnPlace), places, f32x4.gt(value, greatest));
      greatest = f32x4.pmax(greatest, value);
      pixel += columnBytes;
      weight += pixelBytes;
      columnPlace += columnPlaces;
    }
    x += rowBytes;
    filter += filterRowBytes;
    place += rowPlaces;
  }
  return findsPlace ? places : greatest;
}

/** Greyscale dilation: the greatest sum of an input and the filter's number at its tap. Items are the rows of `y` (batch * outHeight). */
export function dilate(
  task: i32,
  tasks: i32,
  x: usize,
  filter: usize,
  y: usize,
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
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>width * pixelBytes;
  const filterRowBytes = <usize>filterWidth * pixelBytes;
  const xEnd = x + <usize>(batch * height) * rowBytes;
  const filterEnd = filter + <usize>filterHeight * filterRowBytes;
  const end = partStart(batch * outHeight, task + 1, tasks);
  let row = partStart(batch * outHeight, task, tasks);
  const yEnd = y + <usize>(end * outWidth) * pixelBytes;
  y += <usize>(row * outWidth) * pixelBytes;
  for (; row < end; row++) {
    const image = row / outHeight;
    const cornerY = (row - image * outHeight) * strideHeight - padTop;
    const firstY = firstTap(cornerY, dilationHeight);
    const rows = endTap(cornerY, dilationHeight, filterHeight, height) - firstY;
    const line = x + <usize>(image * height + cornerY + firstY * dilationHeight) * rowBytes;
    for (let outX = 0; outX < outWidth; outX++) {
      const cornerX = outX * strideWidth - padLeft;
      const firstX = firstTap(cornerX, dilationWidth);
      const columns = endTap(cornerX, dilationWidth, filterWidth, width) - firstX;
      let pixel = line + <usize>(cornerX + firstX * dilationWidth) * pixelBytes;
      let weight = filter + <usize>firstY * filterRowBytes + <usize>firstX * pixelBytes;
      for (let left = channels; left > 0; left -= 4) {
        const greatest = dilateWindow(false, pixel, xEnd, weight, filterEnd, rows, columns, <usize>dilationHeight * rowBytes, <usize>dilationWidth * pixelBytes, filterRowBytes, pixelBytes, left, 0, 0, 0, 0);
        storeBefore(yEnd, y, greatest, left);
        y += <usize>min(left, 4) << 2;
        pixel += 16;
        weight += 16;
      }
    }
  }
}

/** Adds the gradients of one image's windows to where their greatest sums were: in the image, or with `ofFilter`, a constant, in the filter. */
// @ts-ignore: decorator
@inline
function scatterImage(
  ofFilter: bool,
  x: usize,
  xEnd: usize,
  filter: usize,
  filterEnd: usize,
  dy: usize,
  to: usize,
  height: i32,
  width: i32,
  pixelBytes: usize,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  channels: i32,
): void {
  const rowBytes = <usize>width * pixelBytes;
  const filterRowBytes = <usize>filterWidth * pixelBytes;
  const rowStep = <usize>dilationHeight * rowBytes;
  const columnStep = <usize>dilationWidth * pixelBytes;
  const rowPlaces = <i32>(ofFilter ? filterRowBytes : rowStep);
  const columnPlaces = <i32>(ofFilter ? pixelBytes : columnStep);
  for (let outY = 0; outY < outHeight; outY++) {
    const cornerY = outY * strideHeight - padTop;
    const firstY = firstTap(cornerY, dilationHeight);
    const rows = endTap(cornerY, dilationHeight, filterHeight, height) - firstY;
    for (let outX = 0; outX < outWidth; outX++) {
      const cornerX = outX * strideWidth - padLeft;
      const firstX = firstTap(cornerX, dilationWidth);
      const columns = endTap(cornerX, dilationWidth, filterWidth, width) - firstX;
      const inImage = <usize>(cornerY + firstY * dilationHeight) * rowBytes + <usize>(cornerX + firstX * dilationWidth) * pixelBytes;
      const inFilter = <usize>firstY * filterRowBytes + <usize>firstX * pixelBytes;
      // As in tfjs' kernels, the gradient of a window without a number goes to its first place, moved into the image, or to the first tap.
      const noPlace = ofFilter ? 0 : <i32>(<usize>max(0, cornerY) * rowBytes + <usize>max(0, cornerX) * pixelBytes);
      const place = <i32>(ofFilter ? inFilter : inImage);
      for (let channel = 0; channel < channels; channel += 4) {
        const shift = <usize>channel << 2;
        const left = channels - channel;
        const places = dilateWindow(true, x + inImage + shift, xEnd, filter + inFilter + shift, filterEnd, rows, columns, rowStep, columnStep, filterRowBytes, pixelBytes, left, place, rowPlaces, columnPlaces, noPlace);
        addAtOffsets(to + shift, places, loadPartial(dy + shift, left), left);
      }
      dy += pixelBytes;
    }
  }
}

/**
 * The gradient of {@link dilate} for its image: each output's goes to the first input of its window that made the greatest sum, in row order. Items
 * are blocks of `channelCount` (a multiple of 4) channels of one image, the block varying fastest.
 */
export function dilateInputGradient(
  task: i32,
  tasks: i32,
  x: usize,
  filter: usize,
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
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  channelCount: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const imageBytes = <usize>(height * width) * pixelBytes;
  const outBytes = <usize>(outHeight * outWidth) * pixelBytes;
  const xEnd = x + <usize>batch * imageBytes;
  const filterEnd = filter + <usize>(filterHeight * filterWidth) * pixelBytes;
  const blocks = (channels + channelCount - 1) / channelCount;
  const end = partStart(batch * blocks, task + 1, tasks);
  for (let item = partStart(batch * blocks, task, tasks); item < end; item++) {
    const image = <usize>(item / blocks);
    const channel0 = (item % blocks) * channelCount;
    const shift = <usize>channel0 << 2;
    const count = min(channels - channel0, channelCount);
    const to = dx + image * imageBytes + shift;
    clearRows(to, 0, 1, 0, height, height, width, pixelBytes, count);
    scatterImage(false, x + image * imageBytes + shift, xEnd, filter + shift, filterEnd, dy + image * outBytes + shift, to, height, width, pixelBytes, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft, count);
  }
}

/** The gradient of {@link dilate} for its filter: each output's goes to the tap of the first greatest sum. Items are blocks of four channels. */
export function dilateFilterGradient(
  task: i32,
  tasks: i32,
  x: usize,
  filter: usize,
  dy: usize,
  gradient: usize,
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
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const imageBytes = <usize>(height * width) * pixelBytes;
  const outBytes = <usize>(outHeight * outWidth) * pixelBytes;
  const xEnd = x + <usize>batch * imageBytes;
  const filterEnd = filter + <usize>(filterHeight * filterWidth) * pixelBytes;
  const blocks = (channels + 3) >> 2;
  const channel0 = partStart(blocks, task, tasks) << 2;
  const count = min(channels, partStart(blocks, task + 1, tasks) << 2) - channel0;
  const shift = <usize>channel0 << 2;
  clearRows(gradient + shift, 0, 1, 0, filterHeight, filterHeight, filterWidth, pixelBytes, count);
  for (let image = <usize>0; image < <usize>batch; image++) {
    scatterImage(true, x + image * imageBytes + shift, xEnd, filter + shift, filterEnd, dy + image * outBytes + shift, gradient + shift, height, width, pixelBytes, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft, count);
  }
}
