import { copyRun } from './copy-strided.as';
import { partStart } from './vector.as';

/** The nearest integer, of two the greater one. */
// @ts-ignore: decorator
@inline
export function nearest(value: f64): f64 {
  const below = Math.floor(value);
  return value - below >= 0.5 ? below + 1 : below;
}

/**
 * Turns images of `channels` words a pixel: each pixel is that which lies nearest to its place turned back around the centre, or the fill
 * word of each channel outside of the image, of which all from the fifth on are the same. Items are rows of images.
 */
export function rotateImages(
  task: i32, tasks: i32, x: usize, y: usize, images: i32, height: i32, width: i32, channels: i32,
  centerX: f64, centerY: f64, sine: f64, cosine: f64, fill0: i32, fill1: i32, fill2: i32, fill3: i32, fill4: i32,
): void {
  const bytes = <usize>channels << 2;
  const end = partStart(images * height, task + 1, tasks);
  for (let item = partStart(images * height, task, tasks); item < end; item++) {
    const image = item / height;
    const row = item - image * height;
    const from = x + <usize>(image * height * width) * bytes;
    let to = y + <usize>(item * width) * bytes;
    for (let column = 0; column < width; column++) {
      const alongX = <f64>column - centerX;
      const alongY = <f64>row - centerY;
      const sourceX = nearest(alongX * cosine - alongY * sine + centerX);
      const sourceY = nearest(alongX * sine + alongY * cosine + centerY);
      if (sourceX >= 0 && sourceX < <f64>width && sourceY >= 0 && sourceY < <f64>height) {
        copyRun(from + <usize>(<i32>sourceY * width + <i32>sourceX) * bytes, to, bytes);
      } else {
        for (let channel = 0; channel < channels; channel++) {
          const fill = channel < 2 ? (channel == 0 ? fill0 : fill1) : channel == 2 ? fill2 : channel == 3 ? fill3 : fill4;
          store<i32>(to + (<usize>channel << 2), fill);
        }
      }
      to += bytes;
    }
  }
}

/** Writes rows of `width` pixels of `bytes` bytes from back to front. */
export function flipRows(task: i32, tasks: i32, x: usize, y: usize, rows: i32, width: i32, bytes: usize): void {
  const row = <usize>width * bytes;
  const end = partStart(rows, task + 1, tasks);
  for (let item = partStart(rows, task, tasks); item < end; item++) {
    let from = x + <usize>(item + 1) * row;
    let to = y + <usize>item * row;
    for (let pixel = 0; pixel < width; pixel++) {
      from -= bytes;
      if (bytes == 4) store<u32>(to, load<u32>(from));
      else if (bytes == 12) {
        store<u64>(to, load<u64>(from));
        store<u32>(to, load<u32>(from, 8), 8);
      } else copyRun(from, to, bytes);
      to += bytes;
    }
  }
}
