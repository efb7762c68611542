import { loadBefore, storeBefore } from './before-end.as';
import { nearest } from './turn-images.as';
import { partStart } from './vector.as';

const REFLECT: i32 = 1;
const WRAP: i32 = 2;
const NEAREST: i32 = 3;

/** A place along an axis of so many pixels, moved into the image as the fill mode says; where that is a constant it stays where it is. */
// @ts-ignore: decorator
@inline
function mapPlace(place: f64, length: i32, mode: i32): f64 {
  if (mode != REFLECT && mode != WRAP && mode != NEAREST) return place;
  const end = <f64>(length - 1);
  let mapped = place;
  if (mode != NEAREST && (place < 0 || place > end)) {
    if (length <= 1) mapped = 0;
    else if (mode == WRAP) {
      const times = Math.trunc(Math.abs(place) / end);
      mapped = place < 0 ? place + <f64>length * (times + 1) : place - <f64>length * times;
    } else {
      const period = <f64>(2 * length);
      const times = Math.trunc(Math.abs(place) / period);
      if (place < 0) {
        mapped = period * times + place;
        mapped = mapped < <f64>-length ? mapped + period : -mapped - 1;
      } else {
        mapped = place - period * times;
        if (mapped >= <f64>length) mapped = period - mapped - 1;
      }
    }
  }
  return max<f64>(0, min<f64>(mapped, end));
}

/** Where a pixel lies, or 0 for a place outside of the image. */
// @ts-ignore: decorator
@inline
function pixelAt(image: usize, x: f64, y: f64, height: i32, width: i32, pixelBytes: usize): usize {
  const isInside = x >= 0 && x < <f64>width && y >= 0 && y < <f64>height;
  return isInside ? image + <usize>(<i32>y * width + <i32>x) * pixelBytes : 0;
}

/** Four channels of a pixel, or the fill where there is none. */
// @ts-ignore: decorator
@inline
function loadPixel(end: usize, pixel: usize, shift: usize, channels: i32, fill: v128): v128 {
  return pixel == 0 ? fill : loadBefore(end, pixel + shift, channels);
}

/**
 * Each pixel of an image comes from the place to which a projection takes it: `(a0 x + a1 y + a2, b0 x + b1 y + b2) / (c0 x + c1 y + 1)`, from the
 * nearest pixel or linearly between four. `transforms` holds `a`, `b` and `c`, of one image `transformBytes` behind those of the last. Items are
 * the rows of `target` (batch * outHeight).
 */
export function transformImages(
  task: i32,
  tasks: i32,
  source: usize,
  transforms: usize,
  target: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  transformBytes: usize,
  isNearest: i32,
  mode: i32,
  fill: f32,
): void {
  const pixelBytes = <usize>channels << 2;
  const imageBytes = <usize>(height * width) * pixelBytes;
  const sourceEnd = source + <usize>batch * imageBytes;
  const filled = f32x4.splat(fill);
  const end = partStart(batch * outHeight, task + 1, tasks);
  let item = partStart(batch * outHeight, task, tasks);
  let to = target + <usize>(item * outWidth) * pixelBytes;
  const toEnd = target + <usize>(end * outWidth) * pixelBytes;
  for (; item < end; item++) {
    const index = item / outHeight;
    const row = <f64>(item - index * outHeight);
    const image = source + <usize>index * imageBytes;
    const transform = transforms + <usize>index * transformBytes;
    const a0 = <f64>load<f32>(transform);
    const a1 = <f64>load<f32>(transform, 4) * row;
    const a2 = <f64>load<f32>(transform, 8);
    const b0 = <f64>load<f32>(transform, 12);
    const b1 = <f64>load<f32>(transform, 16) * row;
    const b2 = <f64>load<f32>(transform, 20);
    const c0 = <f64>load<f32>(transform, 24);
    const c1 = <f64>load<f32>(transform, 28) * row;
    for (let column = 0; column < outWidth; column++) {
      const projection = c0 * <f64>column + c1 + 1;
      // Where it is 0 the place lies infinitely far away, for every fill mode.
      const isFar = projection == 0;
      const x = mapPlace((a0 * <f64>column + a1 + a2) / projection, width, mode);
      const y = mapPlace((b0 * <f64>column + b1 + b2) / projection, height, mode);
      if (isNearest || isFar) {
        const pixel = isFar ? 0 : pixelAt(image, nearest(x), nearest(y), height, width, pixelBytes);
        for (let left = channels, shift: usize = 0; left > 0; left -= 4) {
          storeBefore(toEnd, to + shift, loadPixel(sourceEnd, pixel, shift, left, filled), left);
          shift += 16;
        }
      } else {
        const left = Math.floor(x);
        const top = Math.floor(y);
        const topLeft = pixelAt(image, left, top, height, width, pixelBytes);
        const topRight = pixelAt(image, left + 1, top, height, width, pixelBytes);
        const bottomLeft = pixelAt(image, left, top + 1, height, width, pixelBytes);
        const bottomRight = pixelAt(image, left + 1, top + 1, height, width, pixelBytes);
        const ofLeft = f32x4.splat(<f32>(left + 1 - x));
        const ofRight = f32x4.splat(<f32>(x - left));
        const ofTop = f32x4.splat(<f32>(top + 1 - y));
        const ofBottom = f32x4.splat(<f32>(y - top));
        for (let count = channels, shift: usize = 0; count > 0; count -= 4) {
          const upper = f32x4.add(f32x4.mul(ofLeft, loadPixel(sourceEnd, topLeft, shift, count, filled)), f32x4.mul(ofRight, loadPixel(sourceEnd, topRight, shift, count, filled)));
          const lower = f32x4.add(f32x4.mul(ofLeft, loadPixel(sourceEnd, bottomLeft, shift, count, filled)), f32x4.mul(ofRight, loadPixel(sourceEnd, bottomRight, shift, count, filled)));
          storeBefore(toEnd, to + shift, f32x4.add(f32x4.mul(ofTop, upper), f32x4.mul(ofBottom, lower)), count);
          shift += 16;
        }
      }
      to += pixelBytes;
    }
  }
}
