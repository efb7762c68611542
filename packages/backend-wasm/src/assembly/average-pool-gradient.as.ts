import { loadPartial, partStart, storePartial } from './vector.as';
import { endWindow, firstWindow } from './window-taps.as';

/** Four channels of one pixel of dx, or as many as `channels` says: the sum over `rows` times `columns` outputs, times `share`. */
// @ts-ignore: decorator
@inline
function sumOfOutputs(
  from: usize,
  to: usize,
  rows: i32,
  columns: i32,
  rowBytes: usize,
  pixelBytes: usize,
  share: v128,
  channels: i32,
): void {
  let sum = f32x4.splat(0);
  for (; rows > 0; rows--) {
    let pixel = from;
    for (let left = columns; left > 0; left--) {
      sum = f32x4.add(sum, loadPartial(pixel, channels));
      pixel += pixelBytes;
    }
    from += rowBytes;
  }
  storePartial(to, f32x4.mul(sum, share), channels);
}

/**
 * Each input gets the sum of the gradients of the windows that it lies in, times `share`. Items are the rows of `dx` (batch * height).
 */
function shareGradients(
  task: i32,
  tasks: i32,
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
  share: v128,
): void {
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>outWidth * pixelBytes;
  const end = partStart(batch * height, task + 1, tasks);
  for (let row = partStart(batch * height, task, tasks); row < end; row++) {
    const image = row / height;
    const padded = row - image * height + padTop;
    // The windows that this row lies in: those that begin at it or above, and end below it.
    const firstY = firstWindow(padded, filterHeight, strideHeight);
    const rows = endWindow(padded, strideHeight, outHeight) - firstY;
    const line = dy + <usize>(image * outHeight + firstY) * rowBytes;
    let to = dx + <usize>row * <usize>width * pixelBytes;
    let firstX = firstWindow(padLeft, filterWidth, strideWidth);
    let endX = endWindow(padLeft, strideWidth, outWidth);
    for (let inX = 0; inX < width; inX++) {
      if (firstX * strideWidth + filterWidth <= inX + padLeft) firstX++;
      if (endX * strideWidth <= inX + padLeft) endX++;
      const columns = min(outWidth, endX) - firstX;
      const from = line + <usize>firstX * pixelBytes;
      let channel = 0;
      for (; channel + 4 <= channels; channel += 4) {
        const shift = <usize>channel << 2;
        sumOfOutputs(from + shift, to + shift, rows, columns, rowBytes, pixelBytes, share, 4);
      }
      if (channel < channels) {
        const shift = <usize>channel << 2;
        sumOfOutputs(from + shift, to + shift, rows, columns, rowBytes, pixelBytes, share, channels - channel);
      }
      to += pixelBytes;
    }
  }
}

/** The gradient of average pooling as tfjs' kernel has it: a window's gradient is divided by the size of a whole one. */
export function averagePoolGradient(
  task: i32,
  tasks: i32,
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
): void {
  const share = f32x4.splat(1 / <f32>(filterHeight * filterWidth));
  shareGradients(task, tasks, dy, dx, batch, height, width, channels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft, share);
}

/**
 * The same for volumes: the gradients of the frames of windows that a frame of `dx` lies in are added up first, in `scratch`, which holds a frame of
 * `dy` for each task. Items are the frames of `dx` (batch * depth).
 */
export function averagePool3DGradient(
  task: i32,
  tasks: i32,
  dy: usize,
  dx: usize,
  batch: i32,
  depth: i32,
  height: i32,
  width: i32,
  channels: i32,
  outDepth: i32,
  outHeight: i32,
  outWidth: i32,
  filterDepth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideDepth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padFront: i32,
  padTop: i32,
  padLeft: i32,
  scratch: usize,
): void {
  const share = f32x4.splat(1 / <f32>(filterDepth * filterHeight * filterWidth));
  const outFloats = outHeight * outWidth * channels;
  const outBytes = <usize>outFloats << 2;
  const inBytes = <usize>(height * width * channels) << 2;
  const frame = scratch + <usize>task * ((outBytes + 15) & ~15);
  const end = partStart(batch * depth, task + 1, tasks);
  for (let item = partStart(batch * depth, task, tasks); item < end; item++) {
    const volume = item / depth;
    const padded = item - volume * depth + padFront;
    const firstZ = firstWindow(padded, filterDepth, strideDepth);
    const frames = endWindow(padded, strideDepth, outDepth) - firstZ;
    const from = dy + <usize>(volume * outDepth + firstZ) * outBytes;
    for (let float = 0; float < outFloats; float += 4) {
      const shift = <usize>float << 2;
      sumOfOutputs(from + shift, frame + shift, frames, 1, outBytes, 0, f32x4.splat(1), outFloats - float);
    }
    shareGradients(0, 1, frame, dx + <usize>item * inBytes, 1, height, width, channels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft, share);
  }
}
