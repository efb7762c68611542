import { clearRows } from './clear-rows.as';
import { loadBefore, storeBefore } from './before-end.as';
import { loadPartial, partStart, storePartial } from './vector.as';

/** Bytes of an entry of a table: what one place along an axis takes from where. */
const ENTRY: usize = 16;

/** Where a place along an axis comes from: two neighbours, in bytes, and how far it is from the first to the second. */
// @ts-ignore: decorator
@inline
function writeNeighbours(entry: usize, place: i32, scale: f64, halfPixels: i32, length: i32, step: i32): void {
  const source = halfPixels ? scale * (<f64>place + 0.5) - 0.5 : scale * <f64>place;
  const first = max(0, <i32>floor(source));
  store<i32>(entry, first * step);
  store<i32>(entry, min(length - 1, <i32>ceil(source)) * step, 4);
  store<f32>(entry, <f32>(source - <f64>first), 8);
}

/** Where a place along an axis comes from: the nearest one, in bytes. */
// @ts-ignore: decorator
@inline
function writeNearest(entry: usize, place: i32, scale: f64, alignCorners: i32, halfPixels: i32, length: i32, step: i32): void {
  const source = scale * (halfPixels ? <f64>place + 0.5 : <f64>place);
  const nearest = <i32>floor(alignCorners ? source + 0.5 : source);
  store<i32>(entry, max(0, min(length - 1, nearest)) * step);
}

/** What lies between two numbers, `part` of the way from the first to the second. */
// @ts-ignore: decorator
@inline
export function between(first: v128, second: v128, part: v128): v128 {
  return f32x4.add(first, f32x4.mul(f32x4.sub(second, first), part));
}

/** {@link between} for `count` floats of two rows. */
// @ts-ignore: decorator
@inline
function blendRows(first: usize, second: usize, to: usize, part: v128, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, between(v128.load(first), v128.load(second), part));
    first += 16;
    second += 16;
    to += 16;
  }
  if (count > 0) v128.store(to, between(loadPartial(first, count), loadPartial(second, count), part));
}

/**
 * Resizes images linearly between neighbouring pixels. Items are the rows of `y` (batch * outHeight).
 *
 * Each task has `taskBytes` of `scratch`: an entry for the row and one for each column, and, if `blendsRows`, a constant, a row of `x` and 12 bytes
 * more: then the two rows that a row lies between are blended first, which saves half of the loads unless `x` has many more columns than `y`.
 */
// @ts-ignore: decorator
@inline
function resizeLinearly(
  blendsRows: bool,
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
  heightScale: f64,
  widthScale: f64,
  scratch: usize,
  taskBytes: i32,
  halfPixels: i32,
): void {
  const pixelBytes = channels << 2;
  const rowBytes = width * pixelBytes;
  const rowEntry = scratch + <usize>task * <usize>taskBytes;
  const columns = rowEntry + ENTRY;
  const line = columns + <usize>outWidth * ENTRY;
  for (let column = 0; column < outWidth; column++) {
    writeNeighbours(columns + <usize>column * ENTRY, column, widthScale, halfPixels, width, pixelBytes);
  }
  const end = partStart(batch * outHeight, task + 1, tasks);
  let row = partStart(batch * outHeight, task, tasks);
  let to = y + <usize>(row * outWidth) * pixelBytes;
  const toEnd = y + <usize>(end * outWidth) * pixelBytes;
  for (; row < end; row++) {
    const image = row / outHeight;
    writeNeighbours(rowEntry, row - image * outHeight, heightScale, halfPixels, height, rowBytes);
    const imageX = x + <usize>(image * height) * rowBytes;
    const upper = imageX + load<i32>(rowEntry);
    const lower = imageX + load<i32>(rowEntry, 4);
    const down = v128.load32_splat(rowEntry, 8);
    if (blendsRows) blendRows(upper, lower, line, down, width * channels);
    let entry = columns;
    for (let column = 0; column < outWidth; column++) {
      const left = load<i32>(entry);
      const right = load<i32>(entry, 4);
      const across = v128.load32_splat(entry, 8);
      entry += ENTRY;
      if (blendsRows) {
        let a = line + left;
        let b = line + right;
        let count = channels;
        for (; count >= 4; count -= 4) {
          v128.store(to, between(v128.load(a), v128.load(b), across));
          a += 16;
          b += 16;
          to += 16;
        }
        if (count > 0) {
          storeBefore(toEnd, to, between(v128.load(a), v128.load(b), across), count);
          to += <usize>count << 2;
        }
      } else {
        for (let channel = 0; channel < channels; channel += 4) {
          const shift = <usize>channel << 2;
          const count = channels - channel;
          const top = between(loadPartial(upper + left + shift, count), loadPartial(upper + right + shift, count), across);
          const bottom = between(loadPartial(lower + left + shift, count), loadPartial(lower + right + shift, count), across);
          storePartial(to + shift, between(top, bottom, down), count);
        }
        to += pixelBytes;
      }
    }
  }
}

function blendRowsFirst(task: i32, tasks: i32, x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, heightScale: f64, widthScale: f64, scratch: usize, taskBytes: i32, halfPixels: i32): void {
  resizeLinearly(true, task, tasks, x, y, batch, height, width, channels, outHeight, outWidth, heightScale, widthScale, scratch, taskBytes, halfPixels);
}

function blendPixels(task: i32, tasks: i32, x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, heightScale: f64, widthScale: f64, scratch: usize, taskBytes: i32, halfPixels: i32): void {
  resizeLinearly(false, task, tasks, x, y, batch, height, width, channels, outHeight, outWidth, heightScale, widthScale, scratch, taskBytes, halfPixels);
}

/** {@link resizeLinearly}, with rows in `scratch` or without. */
export function resizeBilinear(
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
  heightScale: f64,
  widthScale: f64,
  alignCorners: i32,
  scratch: usize,
  taskBytes: i32,
  halfPixels: i32,
  blendsRows: i32,
): void {
  if (blendsRows) blendRowsFirst(task, tasks, x, y, batch, height, width, channels, outHeight, outWidth, heightScale, widthScale, scratch, taskBytes, halfPixels);
  else blendPixels(task, tasks, x, y, batch, height, width, channels, outHeight, outWidth, heightScale, widthScale, scratch, taskBytes, halfPixels);
}

/** Resizes images to the nearest pixels. Items are the rows of `y`; each task has an entry of `scratch` for the row and one for each column. */
export function resizeNearest(
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
  heightScale: f64,
  widthScale: f64,
  alignCorners: i32,
  scratch: usize,
  taskBytes: i32,
  halfPixels: i32,
): void {
  const pixelBytes = channels << 2;
  const rowBytes = width * pixelBytes;
  const outRowBytes = <usize>outWidth * pixelBytes;
  const xEnd = x + <usize>(batch * height) * rowBytes;
  const rowEntry = scratch + <usize>task * <usize>taskBytes;
  const columns = rowEntry + ENTRY;
  for (let column = 0; column < outWidth; column++) {
    writeNearest(columns + <usize>column * ENTRY, column, widthScale, alignCorners, halfPixels, width, pixelBytes);
  }
  const end = partStart(batch * outHeight, task + 1, tasks);
  let row = partStart(batch * outHeight, task, tasks);
  let to = y + <usize>row * outRowBytes;
  const toEnd = y + <usize>end * outRowBytes;
  let last: usize = 0;
  for (; row < end; row++) {
    const image = row / outHeight;
    writeNearest(rowEntry, row - image * outHeight, heightScale, alignCorners, halfPixels, height, rowBytes);
    const line = x + <usize>(image * height) * rowBytes + load<i32>(rowEntry);
    if (line == last) {
      memory.copy(to, to - outRowBytes, outRowBytes);
      to += outRowBytes;
      continue;
    }
    last = line;
    let entry = columns;
    for (let column = 0; column < outWidth; column++) {
      let pixel = line + load<i32>(entry);
      for (let count = channels; count > 0; count -= 4) {
        storeBefore(toEnd, to, loadBefore(xEnd, pixel, count), count);
        pixel += 16;
        to += <usize>min(count, 4) << 2;
      }
      entry += ENTRY;
    }
  }
}

/** Adds `value` to four floats, or as many as `count` says. */
// @ts-ignore: decorator
@inline
function addTo(pointer: usize, value: v128, count: i32): void {
  storePartial(pointer, f32x4.add(loadPartial(pointer, count), value), count);
}

/**
 * The gradient of resizing: each pixel of `dy` goes back to where it came from. Items are blocks of `channelCount` (a multiple of 4) channels of one
 * image, the block varying fastest; `scratch` is as in {@link resizeNearest}.
 */
// @ts-ignore: decorator
@inline
function scatter(
  isNearest: bool,
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
  heightScale: f64,
  widthScale: f64,
  alignCorners: i32,
  scratch: usize,
  taskBytes: i32,
  channelCount: i32,
): void {
  const pixelBytes = channels << 2;
  const rowBytes = width * pixelBytes;
  const rowEntry = scratch + <usize>task * <usize>taskBytes;
  const columns = rowEntry + ENTRY;
  for (let column = 0; column < outWidth; column++) {
    const entry = columns + <usize>column * ENTRY;
    if (isNearest) writeNearest(entry, column, widthScale, alignCorners, 0, width, pixelBytes);
    else writeNeighbours(entry, column, widthScale, 0, width, pixelBytes);
  }
  const blocks = (channels + channelCount - 1) / channelCount;
  const end = partStart(batch * blocks, task + 1, tasks);
  for (let item = partStart(batch * blocks, task, tasks); item < end; item++) {
    const image = item / blocks;
    const channel0 = (item % blocks) * channelCount;
    const most = min(channels - channel0, channelCount);
    const imageDx = dx + <usize>(image * height) * rowBytes + (<usize>channel0 << 2);
    let pixel = dy + <usize>(image * outHeight * outWidth) * pixelBytes + (<usize>channel0 << 2);
    clearRows(imageDx, 0, 1, 0, height, height, width, pixelBytes, most);
    for (let row = 0; row < outHeight; row++) {
      if (isNearest) writeNearest(rowEntry, row, heightScale, alignCorners, 0, height, rowBytes);
      else writeNeighbours(rowEntry, row, heightScale, 0, height, rowBytes);
      const upper = imageDx + load<i32>(rowEntry);
      const lower = imageDx + load<i32>(rowEntry, 4);
      const down = load<f32>(rowEntry, 8);
      let entry = columns;
      for (let column = 0; column < outWidth; column++) {
        const left = load<i32>(entry);
        const right = load<i32>(entry, 4);
        const across = load<f32>(entry, 8);
        const a = f32x4.splat((1 - down) * (1 - across));
        const b = f32x4.splat((1 - down) * across);
        const c = f32x4.splat(down * (1 - across));
        const d = f32x4.splat(down * across);
        for (let channel = 0; channel < most; channel += 4) {
          const shift = <usize>channel << 2;
          const count = most - channel;
          const value = loadPartial(pixel + shift, count);
          if (isNearest) {
            addTo(upper + left + shift, value, count);
          } else {
            addTo(upper + left + shift, f32x4.mul(value, a), count);
            addTo(upper + right + shift, f32x4.mul(value, b), count);
            addTo(lower + left + shift, f32x4.mul(value, c), count);
            addTo(lower + right + shift, f32x4.mul(value, d), count);
          }
        }
        pixel += pixelBytes;
        entry += ENTRY;
      }
    }
  }
}

function scatterToNearest(task: i32, tasks: i32, dy: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, heightScale: f64, widthScale: f64, alignCorners: i32, scratch: usize, taskBytes: i32, channelCount: i32): void {
  scatter(true, task, tasks, dy, dx, batch, height, width, channels, outHeight, outWidth, heightScale, widthScale, alignCorners, scratch, taskBytes, channelCount);
}

function scatterLinearly(task: i32, tasks: i32, dy: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, heightScale: f64, widthScale: f64, alignCorners: i32, scratch: usize, taskBytes: i32, channelCount: i32): void {
  scatter(false, task, tasks, dy, dx, batch, height, width, channels, outHeight, outWidth, heightScale, widthScale, alignCorners, scratch, taskBytes, channelCount);
}

/** {@link scatter}, to the nearest pixels or linearly. */
export function resizeGradient(
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
  heightScale: f64,
  widthScale: f64,
  alignCorners: i32,
  scratch: usize,
  taskBytes: i32,
  channelCount: i32,
  isNearest: i32,
): void {
  if (isNearest) scatterToNearest(task, tasks, dy, dx, batch, height, width, channels, outHeight, outWidth, heightScale, widthScale, alignCorners, scratch, taskBytes, channelCount);
  else scatterLinearly(task, tasks, dy, dx, batch, height, width, channels, outHeight, outWidth, heightScale, widthScale, alignCorners, scratch, taskBytes, channelCount);
}
