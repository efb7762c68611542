import { greatestOffset } from './greatest-offset.as';
import { partStart } from './vector.as';
import { tapsInside } from './window-taps.as';

/** Where in the image, in floats, the greatest input of channel `lane` of a window lies, or -1, and what it is. */
// @ts-ignore: decorator
@inline
function writeLane(lane: u8, window: usize, y: usize, indices: usize, offset: i32, base: i32): void {
  const shift = <usize>lane << 2;
  store<f32>(y + shift, offset < 0 ? -Infinity : load<f32>(window + <usize>max(0, offset) + shift));
  store<i32>(indices + shift, offset < 0 ? -1 : base + (offset >> 2) + lane);
}

/**
 * The maximum of each window, and its index: the first greatest input's place in its image, or in all images if `countsImages` is 1. A window
 * without a number greater than -Infinity has -Infinity at -1. Items are the rows of `y` (batch * outHeight).
 */
export function maxPoolWithArgmax(
  task: i32,
  tasks: i32,
  x: usize,
  y: usize,
  indices: usize,
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
  countsImages: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>width * pixelBytes;
  const xEnd = x + <usize>(batch * height) * rowBytes;
  const end = partStart(batch * outHeight, task + 1, tasks);
  let row = partStart(batch * outHeight, task, tasks);
  const start = <usize>(row * outWidth) * pixelBytes;
  y += start;
  indices += start;
  for (; row < end; row++) {
    const image = row / outHeight;
    const cornerY = (row - image * outHeight) * strideHeight - padTop;
    const rows = tapsInside(cornerY, filterHeight, height);
    const imageX = x + <usize>(image * height) * rowBytes;
    const base0 = image * height * width * channels * countsImages;
    for (let outX = 0; outX < outWidth; outX++) {
      const cornerX = outX * strideWidth - padLeft;
      const columns = tapsInside(cornerX, filterWidth, width);
      let place = (max(0, cornerY) * width + max(0, cornerX)) * channels;
      for (let left = channels; left > 0; left -= 4) {
        const window = imageX + (<usize>place << 2);
        const offsets = left >= 4
          ? greatestOffset(false, window, usize.MAX_VALUE, 1, rows, columns, 0, rowBytes, pixelBytes, 4)
          : greatestOffset(false, window, xEnd, 1, rows, columns, 0, rowBytes, pixelBytes, left);
        const base = base0 + place;
        writeLane(0, window, y, indices, i32x4.extract_lane(offsets, 0), base);
        if (left > 1) writeLane(1, window, y, indices, i32x4.extract_lane(offsets, 1), base);
        if (left > 2) writeLane(2, window, y, indices, i32x4.extract_lane(offsets, 2), base);
        if (left > 3) writeLane(3, window, y, indices, i32x4.extract_lane(offsets, 3), base);
        const written = <usize>min(left, 4) << 2;
        y += written;
        indices += written;
        place += 4;
      }
    }
  }
}
