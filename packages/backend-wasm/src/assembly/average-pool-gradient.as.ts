import { loadPartial, partStart, storePartial } from './vector.as';

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
 * The gradient of average pooling as tfjs' kernel has it: each input gets the sum of the gradients of the windows that it lies in, divided by
 * the size of a whole window. Items are the rows of `dx` (batch * height).
 */
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
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>outWidth * pixelBytes;
  const share = f32x4.splat(1 / <f32>(filterHeight * filterWidth));
  const end = partStart(batch * height, task + 1, tasks);
  for (let row = partStart(batch * height, task, tasks); row < end; row++) {
    const image = row / height;
    const padded = row - image * height + padTop;
    // The windows that this row lies in: those that begin at it or above, and end below it.
    const firstY = padded < filterHeight ? 0 : (padded - filterHeight) / strideHeight + 1;
    const rows = min(outHeight, padded / strideHeight + 1) - firstY;
    const line = dy + <usize>(image * outHeight + firstY) * rowBytes;
    let to = dx + <usize>row * <usize>width * pixelBytes;
    let firstX = padLeft < filterWidth ? 0 : (padLeft - filterWidth) / strideWidth + 1;
    let endX = padLeft / strideWidth + 1;
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
