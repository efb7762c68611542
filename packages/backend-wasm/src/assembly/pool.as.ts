import { loadBefore, storeBefore } from './before-end.as';
import { combine, finish, nothing } from './combine.as';
import { slideWindows } from './slide-windows.as';
import { loadPartial, partStart } from './vector.as';
import { tapsInside } from './window-taps.as';

/** {@link combineRows} for two or three rows, a constant wherever this is inlined, and whole groups of 16 elements. */
// @ts-ignore: decorator
@inline
function combineFewRows(isMaximum: bool, start: v128, from: usize, to: usize, rows: i32, rowBytes: usize, groups: i32): void {
  let line1 = from + rowBytes;
  let line2 = line1 + rowBytes;
  for (; groups > 0; groups--) {
    let total0 = combine(isMaximum, combine(isMaximum, start, v128.load(from)), v128.load(line1));
    let total1 = combine(isMaximum, combine(isMaximum, start, v128.load(from, 16)), v128.load(line1, 16));
    let total2 = combine(isMaximum, combine(isMaximum, start, v128.load(from, 32)), v128.load(line1, 32));
    let total3 = combine(isMaximum, combine(isMaximum, start, v128.load(from, 48)), v128.load(line1, 48));
    if (rows > 2) {
      total0 = combine(isMaximum, total0, v128.load(line2));
      total1 = combine(isMaximum, total1, v128.load(line2, 16));
      total2 = combine(isMaximum, total2, v128.load(line2, 32));
      total3 = combine(isMaximum, total3, v128.load(line2, 48));
    }
    v128.store(to, total0);
    v128.store(to, total1, 16);
    v128.store(to, total2, 32);
    v128.store(to, total3, 48);
    from += 64;
    line1 += 64;
    line2 += 64;
    to += 64;
  }
}

/** Combines `rows` lines that lie `rowBytes` apart into one, element by element. The line is written up to 12 bytes beyond `count`. */
// @ts-ignore: decorator
@inline
function combineRows(isMaximum: bool, start: v128, from: usize, to: usize, rows: i32, rowBytes: usize, count: i32): void {
  const groups = rows == 2 || rows == 3 ? count >> 4 : 0;
  if (rows == 2) combineFewRows(isMaximum, start, from, to, 2, rowBytes, groups);
  else if (rows == 3) combineFewRows(isMaximum, start, from, to, 3, rowBytes, groups);
  from += <usize>groups << 6;
  to += <usize>groups << 6;
  for (let left = count - (groups << 4); left > 0; left -= 4) {
    let total = start;
    let at = from;
    for (let row = 0; row < rows; row++) {
      total = combine(isMaximum, total, loadPartial(at, left));
      at += rowBytes;
    }
    v128.store(to, total);
    from += 16;
    to += 16;
  }
}

/** {@link combineRows} without constants. */
function combineLines(isMaximum: i32, start: v128, from: usize, to: usize, rows: i32, rowBytes: usize, count: i32): void {
  if (isMaximum) combineRows(true, start, from, to, rows, rowBytes, count);
  else combineRows(false, start, from, to, rows, rowBytes, count);
}

/** Combines `columns` pixels of a line, two or three and a constant wherever this is inlined, into `total`. */
// @ts-ignore: decorator
@inline
function combineFewPixels(isMaximum: bool, total: v128, from: usize, columns: i32, pixelBytes: usize): v128 {
  total = combine(isMaximum, combine(isMaximum, total, v128.load(from)), v128.load(from + pixelBytes));
  return columns > 2 ? combine(isMaximum, total, v128.load(from + 2 * pixelBytes)) : total;
}

/** {@link combineFewPixels} for the four floats behind. */
// @ts-ignore: decorator
@inline
function combineNextPixels(isMaximum: bool, total: v128, from: usize, columns: i32, pixelBytes: usize): v128 {
  total = combine(isMaximum, combine(isMaximum, total, v128.load(from, 16)), v128.load(from + pixelBytes, 16));
  return columns > 2 ? combine(isMaximum, total, v128.load(from + 2 * pixelBytes, 16)) : total;
}

/** {@link combineWindow} for a square of side two or three, a constant wherever this is inlined, and whole groups of four channels. */
// @ts-ignore: decorator
@inline
function combineSquare(isMaximum: bool, start: v128, from: usize, to: usize, side: i32, rowBytes: usize, pixelBytes: usize, groups: i32, count: v128): void {
  for (; groups > 1; groups -= 2) {
    const second = from + rowBytes;
    let total0 = combineFewPixels(isMaximum, start, from, side, pixelBytes);
    let total1 = combineNextPixels(isMaximum, start, from, side, pixelBytes);
    total0 = combineFewPixels(isMaximum, total0, second, side, pixelBytes);
    total1 = combineNextPixels(isMaximum, total1, second, side, pixelBytes);
    if (side > 2) {
      const third = second + rowBytes;
      total0 = combineFewPixels(isMaximum, total0, third, side, pixelBytes);
      total1 = combineNextPixels(isMaximum, total1, third, side, pixelBytes);
    }
    v128.store(to, finish(isMaximum, total0, count));
    v128.store(to, finish(isMaximum, total1, count), 16);
    from += 32;
    to += 32;
  }
  if (groups > 0) {
    let total = combineFewPixels(isMaximum, start, from, side, pixelBytes);
    total = combineFewPixels(isMaximum, total, from + rowBytes, side, pixelBytes);
    if (side > 2) total = combineFewPixels(isMaximum, total, from + 2 * rowBytes, side, pixelBytes);
    v128.store(to, finish(isMaximum, total, count));
  }
}

/**
 * Combines `rows` times `columns` pixels, what is left of `size`. Reads no byte from `end` on, and writes none from `toEnd` on, but up to 12 bytes
 * beyond the channels.
 */
// @ts-ignore: decorator
@inline
function combineWindow(
  isMaximum: bool,
  start: v128,
  from: usize,
  end: usize,
  to: usize,
  toEnd: usize,
  rows: i32,
  columns: i32,
  rowBytes: usize,
  pixelBytes: usize,
  channels: i32,
  size: i32,
): void {
  const count = f32x4.splat(<f32>size);
  let left = channels;
  if (rows == columns && (rows == 2 || rows == 3)) {
    // A last group of fewer channels is as good as a whole one where what lies beyond may be read, and is written later.
    const beyond = from + <usize>(rows - 1) * (rowBytes + pixelBytes) + (<usize>((left + 3) >> 2) << 4);
    const all = (left + 3) >> 2;
    const groups = beyond <= end && to + (<usize>all << 4) <= toEnd ? all : left >> 2;
    if (rows == 2) combineSquare(isMaximum, start, from, to, 2, rowBytes, pixelBytes, groups, count);
    else combineSquare(isMaximum, start, from, to, 3, rowBytes, pixelBytes, groups, count);
    from += <usize>groups << 4;
    to += <usize>groups << 4;
    left -= groups << 2;
  }
  for (; left >= 16; left -= 16) {
    let total0 = start;
    let total1 = total0;
    let total2 = total0;
    let total3 = total0;
    let line = from;
    for (let row = 0; row < rows; row++) {
      let at = line;
      for (let column = 0; column < columns; column++) {
        total0 = combine(isMaximum, total0, v128.load(at));
        total1 = combine(isMaximum, total1, v128.load(at, 16));
        total2 = combine(isMaximum, total2, v128.load(at, 32));
        total3 = combine(isMaximum, total3, v128.load(at, 48));
        at += pixelBytes;
      }
      line += rowBytes;
    }
    v128.store(to, finish(isMaximum, total0, count));
    v128.store(to, finish(isMaximum, total1, count), 16);
    v128.store(to, finish(isMaximum, total2, count), 32);
    v128.store(to, finish(isMaximum, total3, count), 48);
    from += 64;
    to += 64;
  }
  for (; left > 0; left -= 4) {
    let total = start;
    let line = from;
    for (let row = 0; row < rows; row++) {
      let at = line;
      for (let column = 0; column < columns; column++) {
        total = combine(isMaximum, total, loadBefore(end, at, left));
        at += pixelBytes;
      }
      line += rowBytes;
    }
    const value = finish(isMaximum, total, count);
    storeBefore(toEnd, to, value, left);
    from += 16;
    to += 16;
  }
}

/**
 * The windows from `outX` to `endX - 1` of a row, of which each pixel stands for `frames`: `rows` rows from `image` on, where the line of their
 * column 0 begins. A mean is over `leastSize` values at least.
 */
// @ts-ignore: decorator
@inline
function poolRow(
  isMaximum: bool,
  start: v128,
  image: usize,
  end: usize,
  to: usize,
  toEnd: usize,
  outX: i32,
  endX: i32,
  width: i32,
  rows: i32,
  rowBytes: usize,
  pixelBytes: usize,
  channels: i32,
  filterWidth: i32,
  strideWidth: i32,
  padLeft: i32,
  frames: i32,
  leastSize: i32,
): void {
  to += <usize>outX * pixelBytes;
  for (; outX < endX; outX++) {
    const corner = outX * strideWidth - padLeft;
    const columns = tapsInside(corner, filterWidth, width);
    const from = image + <usize>max(0, corner) * pixelBytes;
    combineWindow(isMaximum, start, from, end, to, toEnd, rows, columns, rowBytes, pixelBytes, channels, max(leastSize, columns * frames));
    to += pixelBytes;
  }
}

function maximaOfRow(start: v128, image: usize, end: usize, to: usize, toEnd: usize, outX: i32, endX: i32, width: i32, rows: i32, rowBytes: usize, pixelBytes: usize, channels: i32, filterWidth: i32, strideWidth: i32, padLeft: i32): void {
  poolRow(true, start, image, end, to, toEnd, outX, endX, width, rows, rowBytes, pixelBytes, channels, filterWidth, strideWidth, padLeft, 1, 0);
}

function averagesOfRow(start: v128, image: usize, end: usize, to: usize, toEnd: usize, outX: i32, endX: i32, width: i32, rows: i32, rowBytes: usize, pixelBytes: usize, channels: i32, filterWidth: i32, strideWidth: i32, padLeft: i32, frames: i32, leastSize: i32): void {
  poolRow(false, start, image, end, to, toEnd, outX, endX, width, rows, rowBytes, pixelBytes, channels, filterWidth, strideWidth, padLeft, frames, leastSize);
}

/** {@link slideWindows} without constants. */
function slideRow(isMaximum: i32, side: i32, stride: i32, start: v128, from: usize, to: usize, rowBytes: usize, pixelBytes: usize, windows: i32, size: i32): void {
  if (isMaximum) {
    if (side == 2) slideWindows(true, 2, 1, start, from, to, rowBytes, pixelBytes, windows, size);
    else if (stride == 2) slideWindows(true, 3, 2, start, from, to, rowBytes, pixelBytes, windows, size);
    else slideWindows(true, 3, 1, start, from, to, rowBytes, pixelBytes, windows, size);
  } else if (side == 2) slideWindows(false, 2, 1, start, from, to, rowBytes, pixelBytes, windows, size);
  else if (stride == 2) slideWindows(false, 3, 2, start, from, to, rowBytes, pixelBytes, windows, size);
  else slideWindows(false, 3, 1, start, from, to, rowBytes, pixelBytes, windows, size);
}

/**
 * The maximum, or the mean, of the part of each window that lies inside the image. Items are the rows of `y` (batch * outHeight).
 *
 * With `slides`, windows are combined by {@link slideWindows} where they lie in the image as a whole.
 *
 * With `lines`, which hold `lineFloats` for each task (4 more than `filterWidth * channels`, at least), first over the windows' rows, for a stretch
 * of the image's columns at once, and then over its columns: overlapping windows share work, and few channels fill vectors.
 *
 * Each pixel of `x` stands for `frames` that were combined before, and a mean is over `leastSize` values at least.
 */
export function pool(
  task: i32,
  tasks: i32,
  x: usize,
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
  padTop: i32,
  padLeft: i32,
  slides: i32,
  isMaximum: i32,
  lines: usize,
  lineFloats: i32,
  frames: i32,
  leastSize: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>width * pixelBytes;
  const line = lines + <usize>task * <usize>(lineFloats << 2);
  const start = nothing(isMaximum != 0, i32x4.splat(task >> 31));
  const readEnd = lines == 0 ? x + <usize>(batch * height) * rowBytes : line + <usize>(lineFloats << 2);
  // Outputs whose windows' columns fit into a line together.
  const block = lines == 0 ? outWidth : max(1, ((lineFloats - 4) / channels - filterWidth) / strideWidth + 1);
  // The windows of a row that lie in the image as a whole.
  const firstWhole = (max(0, padLeft) + strideWidth - 1) / strideWidth;
  const endWhole = width + padLeft < filterWidth ? 0 : min(outWidth, (width + padLeft - filterWidth) / strideWidth + 1);
  const isSliding = slides && endWhole > firstWhole;
  const end = partStart(batch * outHeight, task + 1, tasks);
  const toEnd = y + <usize>(end * outWidth) * pixelBytes;
  for (let row = partStart(batch * outHeight, task, tasks); row < end; row++) {
    const image = row / outHeight;
    const corner = (row - image * outHeight) * strideHeight - padTop;
    const rows = tapsInside(corner, filterHeight, height);
    const size = rows * frames;
    const image0 = x + <usize>(image * height + max(0, corner)) * rowBytes;
    const to = y + <usize>row * <usize>outWidth * pixelBytes;
    const slidesHere = isSliding && rows == filterHeight;
    let from = image0;
    let outX = 0;
    for (let endX = 0; outX < outWidth; outX = endX) {
      endX = min(outX < firstWhole && slidesHere ? firstWhole : outWidth, outX + block);
      if (slidesHere && outX == firstWhole) {
        endX = endWhole;
        const first = image0 + <usize>(outX * strideWidth - padLeft) * pixelBytes;
        slideRow(isMaximum, filterHeight, strideWidth, start, first, to + <usize>outX * pixelBytes, rowBytes, pixelBytes, endX - outX, max(leastSize, filterWidth * size));
        continue;
      }
      if (lines != 0) {
        const left = max(0, outX * strideWidth - padLeft);
        const right = min(width, (endX - 1) * strideWidth - padLeft + filterWidth);
        combineLines(isMaximum, start, image0 + <usize>left * pixelBytes, line, rows, rowBytes, (right - left) * channels);
        from = line - <usize>left * pixelBytes;
      }
      const ofRow = lines == 0 ? rows : 1;
      if (isMaximum) maximaOfRow(start, from, readEnd, to, toEnd, outX, endX, width, ofRow, rowBytes, pixelBytes, channels, filterWidth, strideWidth, padLeft);
      else averagesOfRow(start, from, readEnd, to, toEnd, outX, endX, width, ofRow, rowBytes, pixelBytes, channels, filterWidth, strideWidth, padLeft, size, leastSize);
    }
  }
}

/** One frame of windows of `frames` frames, each read by itself: {@link poolVolumes} without scratch. */
// @ts-ignore: decorator
@inline
function poolFrame(
  isMaximum: bool,
  start: v128,
  x: usize,
  end: usize,
  to: usize,
  toEnd: usize,
  frames: i32,
  frameBytes: usize,
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
  const rowBytes = <usize>width * pixelBytes;
  for (let outY = 0; outY < outHeight; outY++) {
    const cornerY = outY * strideHeight - padTop;
    const rows = tapsInside(cornerY, filterHeight, height);
    for (let outX = 0; outX < outWidth; outX++) {
      const cornerX = outX * strideWidth - padLeft;
      const columns = tapsInside(cornerX, filterWidth, width);
      const count = f32x4.splat(<f32>max(1, frames * rows * columns));
      let corner = x + <usize>max(0, cornerY) * rowBytes + <usize>max(0, cornerX) * pixelBytes;
      for (let left = channels; left > 0; left -= 4) {
        let total = start;
        let frame = corner;
        for (let z = frames; z > 0; z--) {
          let line = frame;
          for (let row = rows; row > 0; row--) {
            let pixel = line;
            for (let column = columns; column > 0; column--) {
              total = combine(isMaximum, total, loadBefore(end, pixel, left));
              pixel += pixelBytes;
            }
            line += rowBytes;
          }
          frame += frameBytes;
        }
        storeBefore(toEnd, to, finish(isMaximum, total, count), left);
        to += <usize>min(left, 4) << 2;
        corner += 16;
      }
    }
  }
}

/**
 * Pools volumes: first over the frames of a window, into `scratch`, which holds a frame and 12 bytes more, to a multiple of 16, for each task, and
 * then over height and width; without scratch each window by itself, which suits few. Items are the frames of `y` (batch * outDepth). The mean of
 * a window without pixels is 0.
 */
export function poolVolumes(
  task: i32,
  tasks: i32,
  x: usize,
  y: usize,
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
  slides: i32,
  isMaximum: i32,
  scratch: usize,
): void {
  const frameFloats = height * width * channels;
  const frameBytes = <usize>frameFloats << 2;
  const outBytes = <usize>(outHeight * outWidth * channels) << 2;
  const frame = scratch + <usize>task * ((frameBytes + 27) & ~15);
  const start = nothing(isMaximum != 0, i32x4.splat(task >> 31));
  const end = partStart(batch * outDepth, task + 1, tasks);
  const xEnd = x + <usize>(batch * depth) * frameBytes;
  const yEnd = y + <usize>end * outBytes;
  for (let item = partStart(batch * outDepth, task, tasks); item < end; item++) {
    const volume = item / outDepth;
    const corner = (item - volume * outDepth) * strideDepth - padFront;
    const frames = tapsInside(corner, filterDepth, depth);
    const from = x + <usize>(volume * depth + max(0, corner)) * frameBytes;
    const to = y + <usize>item * outBytes;
    if (scratch == 0) {
      if (isMaximum) poolFrame(true, start, from, xEnd, to, yEnd, frames, frameBytes, height, width, channels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft);
      else poolFrame(false, start, from, xEnd, to, yEnd, frames, frameBytes, height, width, channels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft);
      continue;
    }
    combineLines(isMaximum, start, from, frame, frames, frameBytes, frameFloats);
    pool(0, 1, frame, to, 1, height, width, channels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft, slides, isMaximum, 0, 0, frames, 1);
  }
}
