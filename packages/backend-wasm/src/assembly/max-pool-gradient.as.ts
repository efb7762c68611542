import { clearRows } from './clear-rows.as';
import { addAtOffsets, greatestOffset } from './greatest-offset.as';
import { loadPartial, partStart } from './vector.as';
import { tapsInside } from './window-taps.as';

/** The windows of one item: `channels` channels of one volume. */
// @ts-ignore: decorator
@inline
function scatterVolume(
  isLast: bool,
  x: usize,
  end: usize,
  dy: usize,
  dx: usize,
  depth: i32,
  height: i32,
  width: i32,
  pixelBytes: usize,
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
  channels: i32,
): void {
  const rowBytes = <usize>width * pixelBytes;
  const frameBytes = <usize>height * rowBytes;
  let clearedZ = 0;
  for (let outZ = 0; outZ <= outDepth; outZ++) {
    const cornerZ = outZ * strideDepth - padFront;
    const frames = tapsInside(cornerZ, filterDepth, depth);
    // What no earlier window touched is cleared just before it is written; behind the last window, all that is left.
    const clearEndZ = outZ < outDepth ? min(depth, cornerZ + filterDepth) : depth;
    let clearedY = 0;
    for (let outY = 0; outY <= outHeight; outY++) {
      const cornerY = outY * strideHeight - padTop;
      const rows = tapsInside(cornerY, filterHeight, height);
      const clearEndY = outY < outHeight && outZ < outDepth ? min(height, cornerY + filterHeight) : height;
      if (clearEndY > clearedY) {
        clearRows(dx, clearedZ, clearEndZ, clearedY, clearEndY, height, width, pixelBytes, channels);
        clearedY = clearEndY;
      }
      if (outY == outHeight || outZ == outDepth) break;
      for (let outX = 0; outX < outWidth; outX++) {
        const cornerX = outX * strideWidth - padLeft;
        const columns = tapsInside(cornerX, filterWidth, width);
        let at = <usize>max(0, cornerZ) * frameBytes + <usize>max(0, cornerY) * rowBytes + <usize>max(0, cornerX) * pixelBytes;
        let gradient = dy;
        for (let left = channels; left > 0; left -= 4) {
          const corner = x + at;
          if (left >= 4) {
            const offsets = greatestOffset(isLast, corner, usize.MAX_VALUE, frames, rows, columns, frameBytes, rowBytes, pixelBytes, 4);
            addAtOffsets(dx + at, offsets, v128.load(gradient), 4);
          } else {
            const offsets = greatestOffset(isLast, corner, end, frames, rows, columns, frameBytes, rowBytes, pixelBytes, left);
            addAtOffsets(dx + at, offsets, loadPartial(gradient, left), left);
          }
          at += 16;
          gradient += 16;
        }
        dy += pixelBytes;
      }
    }
    clearedZ = max(clearedZ, clearEndZ);
  }
}

function scatterToFirst(x: usize, end: usize, dy: usize, dx: usize, depth: i32, height: i32, width: i32, pixelBytes: usize, outDepth: i32, outHeight: i32, outWidth: i32, filterDepth: i32, filterHeight: i32, filterWidth: i32, strideDepth: i32, strideHeight: i32, strideWidth: i32, padFront: i32, padTop: i32, padLeft: i32, channels: i32): void {
  scatterVolume(false, x, end, dy, dx, depth, height, width, pixelBytes, outDepth, outHeight, outWidth, filterDepth, filterHeight, filterWidth, strideDepth, strideHeight, strideWidth, padFront, padTop, padLeft, channels);
}

function scatterToLast(x: usize, end: usize, dy: usize, dx: usize, depth: i32, height: i32, width: i32, pixelBytes: usize, outDepth: i32, outHeight: i32, outWidth: i32, filterDepth: i32, filterHeight: i32, filterWidth: i32, strideDepth: i32, strideHeight: i32, strideWidth: i32, padFront: i32, padTop: i32, padLeft: i32, channels: i32): void {
  scatterVolume(true, x, end, dy, dx, depth, height, width, pixelBytes, outDepth, outHeight, outWidth, filterDepth, filterHeight, filterWidth, strideDepth, strideHeight, strideWidth, padFront, padTop, padLeft, channels);
}

/**
 * The gradient of max pooling: each output's gradient goes to the first greatest input of its window, in the order of memory, or to the last one.
 * NaN is never the greatest. Items are blocks of `channelCount` (a multiple of 4) channels of one volume, the block varying fastest.
 */
export function maxPoolGradient(
  task: i32,
  tasks: i32,
  x: usize,
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
  channelCount: i32,
  isLast: i32,
): void {
  const blocks = (channels + channelCount - 1) / channelCount;
  const pixelBytes = <usize>channels << 2;
  const volumeBytes = <usize>(depth * height * width) * pixelBytes;
  const xEnd = x + <usize>batch * volumeBytes;
  const outBytes = <usize>(outDepth * outHeight * outWidth) * pixelBytes;
  const end = partStart(batch * blocks, task + 1, tasks);
  for (let item = partStart(batch * blocks, task, tasks); item < end; item++) {
    const volume = <usize>(item / blocks);
    const channel0 = (item % blocks) * channelCount;
    const shift = <usize>channel0 << 2;
    const count = min(channels - channel0, channelCount);
    const at = volume * volumeBytes + shift;
    if (isLast) scatterToLast(x + at, xEnd, dy + volume * outBytes + shift, dx + at, depth, height, width, pixelBytes, outDepth, outHeight, outWidth, filterDepth, filterHeight, filterWidth, strideDepth, strideHeight, strideWidth, padFront, padTop, padLeft, count);
    else scatterToFirst(x + at, xEnd, dy + volume * outBytes + shift, dx + at, depth, height, width, pixelBytes, outDepth, outHeight, outWidth, filterDepth, filterHeight, filterWidth, strideDepth, strideHeight, strideWidth, padFront, padTop, padLeft, count);
  }
}
