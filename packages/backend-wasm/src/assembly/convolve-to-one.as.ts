import { sumLanes4 } from './sum-lanes.as';
import { loadPartial, multiplyAdd, partStart, storePartial } from './vector.as';

/** Writes the first `count` of four sums, or adds them to those of other taps. */
// @ts-ignore: decorator
@inline
function put(to: usize, sums: v128, count: i32, adds: bool): void {
  storePartial(to, adds ? f32x4.add(loadPartial(to, count), sums) : sums, count);
}

/**
 * Eight outputs side by side, of which `count` exist: the sums over `rows` lines, `taps` (2 or 3, a constant) pixels from each output's own on and
 * their values times the filter, which lies in reverse, a tap `pixelBytes` and a row `filterRow` before the last. A pixel is loaded once for all
 * outputs that see it.
 */
// @ts-ignore: decorator
@inline
function eightDots(taps: i32, line: usize, lineBytes: usize, pixelBytes: usize, filter: usize, filterRow: usize, rows: i32, to: usize, count: i32, adds: bool): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  for (; rows > 0; rows--) {
    let f = filter;
    const end = line + pixelBytes;
    for (let pixel = line; pixel < end; pixel += 16) {
      const w0 = v128.load(f);
      const w1 = v128.load(f - pixelBytes);
      const w2 = taps > 2 ? v128.load(f - 2 * pixelBytes) : w0;
      f += 16;
      let p = pixel;
      let x = v128.load(p);
      a0 = multiplyAdd(x, w0, a0);
      p += pixelBytes;
      x = v128.load(p);
      a1 = multiplyAdd(x, w0, a1);
      a0 = multiplyAdd(x, w1, a0);
      p += pixelBytes;
      x = v128.load(p);
      a2 = multiplyAdd(x, w0, a2);
      a1 = multiplyAdd(x, w1, a1);
      if (taps > 2) a0 = multiplyAdd(x, w2, a0);
      p += pixelBytes;
      x = v128.load(p);
      a3 = multiplyAdd(x, w0, a3);
      a2 = multiplyAdd(x, w1, a2);
      if (taps > 2) a1 = multiplyAdd(x, w2, a1);
      p += pixelBytes;
      x = v128.load(p);
      a4 = multiplyAdd(x, w0, a4);
      a3 = multiplyAdd(x, w1, a3);
      if (taps > 2) a2 = multiplyAdd(x, w2, a2);
      p += pixelBytes;
      x = v128.load(p);
      a5 = multiplyAdd(x, w0, a5);
      a4 = multiplyAdd(x, w1, a4);
      if (taps > 2) a3 = multiplyAdd(x, w2, a3);
      p += pixelBytes;
      x = v128.load(p);
      a6 = multiplyAdd(x, w0, a6);
      a5 = multiplyAdd(x, w1, a5);
      if (taps > 2) a4 = multiplyAdd(x, w2, a4);
      p += pixelBytes;
      x = v128.load(p);
      a7 = multiplyAdd(x, w0, a7);
      a6 = multiplyAdd(x, w1, a6);
      if (taps > 2) a5 = multiplyAdd(x, w2, a5);
      p += pixelBytes;
      x = v128.load(p);
      a7 = multiplyAdd(x, w1, a7);
      if (taps > 2) a6 = multiplyAdd(x, w2, a6);
      if (taps > 2) {
        p += pixelBytes;
        x = v128.load(p);
      }
      if (taps > 2) a7 = multiplyAdd(x, w2, a7);
    }
    line += lineBytes;
    filter -= filterRow;
  }
  put(to, sumLanes4(a0, a1, a2, a3), count, adds);
  put(to + 16, sumLanes4(a4, a5, a6, a7), count - 4, adds);
}

/** The same for four outputs, with two sums for each beside the other: four alone would wait for their additions. */
// @ts-ignore: decorator
@inline
function fourDots(taps: i32, line: usize, lineBytes: usize, pixelBytes: usize, filter: usize, filterRow: usize, rows: i32, to: usize, count: i32, adds: bool): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  for (; rows > 0; rows--) {
    let f = filter;
    const end = line + pixelBytes;
    for (let pixel = line; pixel < end; pixel += 32) {
      const v0 = v128.load(f);
      const w0 = v128.load(f, 16);
      const v1 = v128.load(f - pixelBytes);
      const w1 = v128.load(f - pixelBytes, 16);
      const v2 = taps > 2 ? v128.load(f - 2 * pixelBytes) : v0;
      const w2 = taps > 2 ? v128.load(f - 2 * pixelBytes, 16) : w0;
      f += 32;
      let p = pixel;
      let x = v128.load(p);
      let y = v128.load(p, 16);
      a0 = multiplyAdd(x, v0, a0);
      b0 = multiplyAdd(y, w0, b0);
      p += pixelBytes;
      x = v128.load(p);
      y = v128.load(p, 16);
      a1 = multiplyAdd(x, v0, a1);
      b1 = multiplyAdd(y, w0, b1);
      a0 = multiplyAdd(x, v1, a0);
      b0 = multiplyAdd(y, w1, b0);
      p += pixelBytes;
      x = v128.load(p);
      y = v128.load(p, 16);
      a2 = multiplyAdd(x, v0, a2);
      b2 = multiplyAdd(y, w0, b2);
      a1 = multiplyAdd(x, v1, a1);
      b1 = multiplyAdd(y, w1, b1);
      if (taps > 2) {
        a0 = multiplyAdd(x, v2, a0);
        b0 = multiplyAdd(y, w2, b0);
      }
      p += pixelBytes;
      x = v128.load(p);
      y = v128.load(p, 16);
      a3 = multiplyAdd(x, v0, a3);
      b3 = multiplyAdd(y, w0, b3);
      a2 = multiplyAdd(x, v1, a2);
      b2 = multiplyAdd(y, w1, b2);
      if (taps > 2) {
        a1 = multiplyAdd(x, v2, a1);
        b1 = multiplyAdd(y, w2, b1);
      }
      p += pixelBytes;
      x = v128.load(p);
      y = v128.load(p, 16);
      a3 = multiplyAdd(x, v1, a3);
      b3 = multiplyAdd(y, w1, b3);
      if (taps > 2) {
        a2 = multiplyAdd(x, v2, a2);
        b2 = multiplyAdd(y, w2, b2);
      }
      if (taps > 2) {
        p += pixelBytes;
        x = v128.load(p);
        y = v128.load(p, 16);
      }
      if (taps > 2) {
        a3 = multiplyAdd(x, v2, a3);
        b3 = multiplyAdd(y, w2, b3);
      }
    }
    line += lineBytes;
    filter -= filterRow;
  }
  put(to, sumLanes4(f32x4.add(a0, b0), f32x4.add(a1, b1), f32x4.add(a2, b2), f32x4.add(a3, b3)), count, adds);
}

/** One line of the target, by `taps` of the filter's columns. */
// @ts-ignore: decorator
@inline
function lineDots(taps: i32, line: usize, lineBytes: usize, pixelBytes: usize, filter: usize, filterRow: usize, rows: i32, to: usize, width: i32, adds: bool): void {
  let left = width;
  for (; left > 4; left -= 8) {
    eightDots(taps, line, lineBytes, pixelBytes, filter, filterRow, rows, to, left, adds);
    line += pixelBytes << 3;
    to += 32;
  }
  if (left > 0) fourDots(taps, line, lineBytes, pixelBytes, filter, filterRow, rows, to, left, adds);
}

/** Copies the pixels `first` to `first + pixels - 1` of a row of dy, or of none if it is 0; what lies outside is 0. */
function padLine(to: usize, row: usize, first: i32, pixels: i32, width: i32, pixelBytes: usize): void {
  const begin = row == 0 ? first + pixels : min(first + pixels, max(0, first));
  const end = max(begin, min(width, first + pixels));
  const before = <usize>(begin - first) * pixelBytes;
  const inside = <usize>(end - begin) * pixelBytes;
  memory.fill(to, 0, before);
  memory.copy(to + before, row + <usize>begin * pixelBytes, inside);
  memory.fill(to + before + inside, 0, <usize>(first + pixels - end) * pixelBytes);
}

/**
 * The gradient of the input of a convolution with one input channel, stride 1 and a filter of two columns at least: `target[y, x] = sum over taps and o of dy[y + padTop - tapY,
 * x + padLeft - tapX, o] filter[tapY, tapX, o]`, with vectors along o, of which there is a multiple of 8. Items are bands of `rowCount` rows of an
 * image; a task has `taskBytes` of scratch for the lines of dy that a band sees, with their padding and that of up to 7 pixels behind the last.
 */
export function convolveToOne(
  task: i32,
  tasks: i32,
  dy: usize,
  outHeight: i32,
  outWidth: i32,
  depth: i32,
  filter: usize,
  filterHeight: i32,
  filterWidth: i32,
  padTop: i32,
  padLeft: i32,
  target: usize,
  batch: i32,
  height: i32,
  width: i32,
  rowCount: i32,
  scratch: usize,
  taskBytes: i32,
): void {
  const bands = (height + rowCount - 1) / rowCount;
  const items = batch * bands;
  const end = partStart(items, task + 1, tasks);
  const pixelBytes = <usize>depth << 2;
  const pixels = ((width + 7) & ~7) + filterWidth - 1;
  const lineBytes = <usize>pixels * pixelBytes;
  const filterRow = <usize>filterWidth * pixelBytes;
  const lines = scratch + <usize>task * taskBytes;
  for (let item = partStart(items, task, tasks); item < end; item++) {
    const image = item / bands;
    const row0 = (item - image * bands) * rowCount;
    const rows = min(rowCount, height - row0);
    const from = dy + <usize>(image * outHeight * outWidth) * pixelBytes;
    const firstY = row0 + padTop - filterHeight + 1;
    const firstX = padLeft - filterWidth + 1;
    let line = lines;
    for (let index = 0; index < rows + filterHeight - 1; index++) {
      const y = firstY + index;
      const inside = y >= 0 && y < outHeight;
      padLine(line, inside ? from + <usize>(y * outWidth) * pixelBytes : 0, firstX, pixels, outWidth, pixelBytes);
      line += lineBytes;
    }
    for (let row = 0; row < rows; row++) {
      const to = target + (<usize>((image * height + row0 + row) * width) << 2);
      for (let tap = 0; tap < filterWidth; ) {
        const left = filterWidth - tap;
        const first = lines + <usize>row * lineBytes + <usize>tap * pixelBytes;
        const last = filter + <usize>filterHeight * filterRow - <usize>(tap + 1) * pixelBytes;
        // By threes, and by twos where one would be left.
        if (left == 2 || left == 4) {
          lineDots(2, first, lineBytes, pixelBytes, last, filterRow, filterHeight, to, width, tap > 0);
          tap += 2;
        } else {
          lineDots(3, first, lineBytes, pixelBytes, last, filterRow, filterHeight, to, width, tap > 0);
          tap += 3;
        }
      }
    }
  }
}
