import { loadBefore, storeBefore } from './before-end.as';
import { between } from './resize.as';
import { nearest } from './turn-images.as';
import { partStart } from './vector.as';

/** The place in the image, in pixels, of a place of a crop. Ends of the box are parts of the image's length. */
// @ts-ignore: decorator
@inline
function placeOf(place: i32, cropped: i32, first: f64, last: f64, length: i32): f64 {
  const most = <f64>(length - 1);
  return cropped > 1 ? first * most + <f64>place * ((last - first) * most / <f64>(cropped - 1)) : 0.5 * (first + last) * most;
}

// @ts-ignore: decorator
@inline
function fillPixels(end: usize, to: usize, value: f32, floats: i32): void {
  for (; floats > 0; floats -= 4) {
    storeBefore(end, to, f32x4.splat(value), floats);
    to += 16;
  }
}

/**
 * Crops boxes `[y1, x1, y2, x2]`, whose corners are parts of the image's sides, from the images that `indices` names, each resized to the same size:
 * to the nearest pixels, or linearly between four. A place outside of the image is `fill`; a crop of an image beyond the last is 0, and as on tfjs'
 * cpu backend what would be read of one before the first, or at a place that is no number, is NaN. Items are the rows of crops.
 */
export function cropAndResize(
  task: i32,
  tasks: i32,
  source: usize,
  boxes: usize,
  indices: usize,
  target: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  crops: i32,
  cropHeight: i32,
  cropWidth: i32,
  isNearest: i32,
  fill: f32,
): void {
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>width * pixelBytes;
  const sourceEnd = source + <usize>(batch * height) * rowBytes;
  const end = partStart(crops * cropHeight, task + 1, tasks);
  let item = partStart(crops * cropHeight, task, tasks);
  let to = target + <usize>(item * cropWidth) * pixelBytes;
  const toEnd = target + <usize>(end * cropWidth) * pixelBytes;
  for (; item < end; item++) {
    const crop = item / cropHeight;
    const box = boxes + (<usize>crop << 4);
    const index = load<i32>(indices + (<usize>crop << 2));
    const y = placeOf(item - crop * cropHeight, cropHeight, <f64>load<f32>(box), <f64>load<f32>(box, 8), height);
    const isAbsent = index >= batch;
    if (isAbsent || y < 0 || y > <f64>(height - 1)) {
      fillPixels(toEnd, to, isAbsent ? 0 : fill, cropWidth * channels);
      to += <usize>cropWidth * pixelBytes;
      continue;
    }
    const x1 = <f64>load<f32>(box, 4);
    const x2 = <f64>load<f32>(box, 12);
    const image = source + <usize>(index * height) * rowBytes;
    const isKnown = index >= 0 && y == y;
    const upper = image + <usize>(isKnown ? <i32>(isNearest ? nearest(y) : Math.floor(y)) : 0) * rowBytes;
    const lower = image + <usize>(isKnown ? <i32>Math.ceil(y) : 0) * rowBytes;
    const down = f32x4.splat(<f32>(y - Math.floor(y)));
    for (let column = 0; column < cropWidth; column++) {
      const x = placeOf(column, cropWidth, x1, x2, width);
      if (x < 0 || x > <f64>(width - 1)) fillPixels(toEnd, to, fill, channels);
      else if (!isKnown || x != x) fillPixels(toEnd, to, NaN, channels);
      else {
        const left = <usize>(isNearest ? nearest(x) : Math.floor(x)) * pixelBytes;
        const right = <usize>Math.ceil(x) * pixelBytes;
        const across = f32x4.splat(<f32>(x - Math.floor(x)));
        let at = to;
        for (let count = channels, shift: usize = 0; count > 0; count -= 4) {
          let value = loadBefore(sourceEnd, upper + left + shift, count);
          if (!isNearest) {
            const top = between(value, loadBefore(sourceEnd, upper + right + shift, count), across);
            const bottom = between(loadBefore(sourceEnd, lower + left + shift, count), loadBefore(sourceEnd, lower + right + shift, count), across);
            value = between(top, bottom, down);
          }
          storeBefore(toEnd, at, value, count);
          at += 16;
          shift += 16;
        }
      }
      to += pixelBytes;
    }
  }
}
