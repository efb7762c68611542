import { sumLanes4 } from './sum-lanes.as';
import { loadPartial, multiplyAdd, partStart } from './vector.as';

/** Writes the first `count` lanes `step` bytes apart. */
// @ts-ignore: decorator
@inline
function scatter(at: usize, step: usize, value: v128, count: i32): void {
  v128.store_lane<f32>(at, value, 0);
  if (count > 1) v128.store_lane<f32>(at + step, value, 1);
  if (count > 2) v128.store_lane<f32>(at + 2 * step, value, 2);
  if (count > 3) v128.store_lane<f32>(at + 3 * step, value, 3);
}

/**
 * `channels` (1 to 3) channels of `points` points side by side (4, 3 for three channels, or 1): the sums over `rows * columns` taps and `depth`
 * values of dy times the filter, of which both follow each other in memory. The points lie `pointBytes` apart in dy and `step` in the target, a
 * tap's filters of neighbouring channels `pointBytes` too. Two sums run beside each other where there is one channel. Nine sums, three vectors of
 * the filter and one of dy fit the registers; twelve sums would not.
 */
// @ts-ignore: decorator
@inline
function dots(
  points: i32,
  channels: i32,
  dy: usize,
  dyRow: usize,
  dyColumn: usize,
  filter: usize,
  filterRow: usize,
  filterColumn: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  pointBytes: usize,
  to: usize,
  step: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  let c0 = a0;
  let c1 = a0;
  let c2 = a0;
  let c3 = a0;
  for (; rows > 0; rows--) {
    let pixel = dy;
    let tap = filter;
    for (let column = columns; column > 0; column--) {
      let p0 = pixel;
      let p1 = p0 + pointBytes;
      let p2 = p1 + pointBytes;
      let p3 = p2 + pointBytes;
      let f0 = tap;
      let f1 = f0 + pointBytes;
      let f2 = f1 + pointBytes;
      let left = depth;
      if (channels == 1) {
        for (; left >= 8; left -= 8) {
          const w = v128.load(f0);
          const v = v128.load(f0, 16);
          f0 += 32;
          a0 = multiplyAdd(v128.load(p0), w, a0);
          b0 = multiplyAdd(v128.load(p0, 16), v, b0);
          p0 += 32;
          if (points > 1) {
            a1 = multiplyAdd(v128.load(p1), w, a1);
            b1 = multiplyAdd(v128.load(p1, 16), v, b1);
            p1 += 32;
            a2 = multiplyAdd(v128.load(p2), w, a2);
            b2 = multiplyAdd(v128.load(p2, 16), v, b2);
            p2 += 32;
            a3 = multiplyAdd(v128.load(p3), w, a3);
            b3 = multiplyAdd(v128.load(p3, 16), v, b3);
            p3 += 32;
          }
        }
      }
      for (; left >= 4; left -= 4) {
        const w0 = v128.load(f0);
        f0 += 16;
        const w1 = channels > 1 ? v128.load(f1) : w0;
        f1 += 16;
        const w2 = channels > 2 ? v128.load(f2) : w0;
        f2 += 16;
        let x = v128.load(p0);
        p0 += 16;
        a0 = multiplyAdd(x, w0, a0);
        if (channels > 1) b0 = multiplyAdd(x, w1, b0);
        if (channels > 2) c0 = multiplyAdd(x, w2, c0);
        if (points > 1) {
          x = v128.load(p1);
          p1 += 16;
          a1 = multiplyAdd(x, w0, a1);
          if (channels > 1) b1 = multiplyAdd(x, w1, b1);
          if (channels > 2) c1 = multiplyAdd(x, w2, c1);
          x = v128.load(p2);
          p2 += 16;
          a2 = multiplyAdd(x, w0, a2);
          if (channels > 1) b2 = multiplyAdd(x, w1, b2);
          if (channels > 2) c2 = multiplyAdd(x, w2, c2);
        }
        if (points > 3) {
          x = v128.load(p3);
          p3 += 16;
          a3 = multiplyAdd(x, w0, a3);
          if (channels > 1) b3 = multiplyAdd(x, w1, b3);
          if (channels > 2) c3 = multiplyAdd(x, w2, c3);
        }
      }
      if (left > 0) {
        const w0 = loadPartial(f0, left);
        const w1 = channels > 1 ? loadPartial(f1, left) : w0;
        const w2 = channels > 2 ? loadPartial(f2, left) : w0;
        let x = loadPartial(p0, left);
        a0 = multiplyAdd(x, w0, a0);
        if (channels > 1) b0 = multiplyAdd(x, w1, b0);
        if (channels > 2) c0 = multiplyAdd(x, w2, c0);
        if (points > 1) {
          x = loadPartial(p1, left);
          a1 = multiplyAdd(x, w0, a1);
          if (channels > 1) b1 = multiplyAdd(x, w1, b1);
          if (channels > 2) c1 = multiplyAdd(x, w2, c1);
          x = loadPartial(p2, left);
          a2 = multiplyAdd(x, w0, a2);
          if (channels > 1) b2 = multiplyAdd(x, w1, b2);
          if (channels > 2) c2 = multiplyAdd(x, w2, c2);
        }
        if (points > 3) {
          x = loadPartial(p3, left);
          a3 = multiplyAdd(x, w0, a3);
          if (channels > 1) b3 = multiplyAdd(x, w1, b3);
          if (channels > 2) c3 = multiplyAdd(x, w2, c3);
        }
      }
      pixel += dyColumn;
      tap += filterColumn;
    }
    dy += dyRow;
    filter += filterRow;
  }
  if (points == 1) {
    if (channels == 1) a0 = f32x4.add(a0, b0);
    scatter(to, 4, sumLanes4(a0, b0, c0, c0), channels);
    return;
  }
  if (channels == 1) {
    a0 = f32x4.add(a0, b0);
    a1 = f32x4.add(a1, b1);
    a2 = f32x4.add(a2, b2);
    a3 = f32x4.add(a3, b3);
  }
  scatter(to, step, sumLanes4(a0, a1, a2, a3), points);
  if (channels > 1) scatter(to + 4, step, sumLanes4(b0, b1, b2, b3), points);
  if (channels > 2) scatter(to + 8, step, sumLanes4(c0, c1, c2, c3), points);
}

/** {@link dots} for all channels: by threes for three points, by twos for four. */
// @ts-ignore: decorator
@inline
function dotsOf(
  points: i32,
  channels: i32,
  dy: usize,
  dyRow: usize,
  dyColumn: usize,
  filter: usize,
  filterRow: usize,
  filterColumn: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  to: usize,
  step: usize,
): void {
  const pointBytes = <usize>depth << 2;
  let channel = 0;
  if (points != 4) {
    for (; channel + 3 <= channels; channel += 3) {
      const weights = filter + <usize>channel * pointBytes;
      dots(points, 3, dy, dyRow, dyColumn, weights, filterRow, filterColumn, rows, columns, depth, pointBytes, to + (<usize>channel << 2), step);
    }
  }
  if (points == 3) return;
  for (; channel + 2 <= channels; channel += 2) {
    const weights = filter + <usize>channel * pointBytes;
    dots(points, 2, dy, dyRow, dyColumn, weights, filterRow, filterColumn, rows, columns, depth, pointBytes, to + (<usize>channel << 2), step);
  }
  if (channel < channels) {
    const weights = filter + <usize>channel * pointBytes;
    dots(points, 1, dy, dyRow, dyColumn, weights, filterRow, filterColumn, rows, columns, depth, pointBytes, to + (<usize>channel << 2), step);
  }
}

/** The greatest common divisor of two numbers above 0. */
function commonDivisor(a: i32, b: i32): i32 {
  while (b > 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** The first tap `t` for which `(position - t * dilation)` is a multiple of `stride`; `taps` when there is none. */
function firstTap(position: i32, taps: i32, stride: i32, dilation: i32): i32 {
  let tap = 0;
  while (tap < taps && (position - tap * dilation) % stride != 0) tap++;
  return tap;
}

/**
 * The gradient of the input of a convolution with few channels: `target[y, x, c] = sum over taps and o of dy[(y + pad - tap * dilation) / stride, o]
 * filter[tap, c, o]` where the division is exact. Three or four points at a time, with vectors along o, in which dy and the filter lie in order: nothing is
 * packed. Items are rows of the target.
 */
export function convolveDots(
  task: i32,
  tasks: i32,
  dy: usize,
  outHeight: i32,
  outWidth: i32,
  depth: i32,
  filter: usize,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  target: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const items = batch * height;
  const points = channels % 3 == 0 ? 3 : 4;
  const end = partStart(items, task + 1, tasks);
  const pointBytes = <usize>depth << 2;
  const lineBytes = <usize>outWidth * pointBytes;
  const tapBytes = <usize>channels * pointBytes;
  // Every so many taps the division is exact again, this many points before.
  const commonY = commonDivisor(strideHeight, dilationHeight);
  const commonX = commonDivisor(strideWidth, dilationWidth);
  const everyY = strideHeight / commonY;
  const everyX = strideWidth / commonX;
  const backY = dilationHeight / commonY;
  const backX = dilationWidth / commonX;
  const dyRow = -<usize>backY * lineBytes;
  const dyColumn = -<usize>backX * pointBytes;
  const filterRow = <usize>(everyY * filterWidth) * tapBytes;
  const filterColumn = <usize>everyX * tapBytes;
  const step = <usize>(strideWidth * channels) << 2;
  for (let item = partStart(items, task, tasks); item < end; item++) {
    const image = item / height;
    const positionY = item - image * height + padTop;
    const tapY = firstTap(positionY, filterHeight, strideHeight, dilationHeight);
    const firstY = (positionY - tapY * dilationHeight) / strideHeight;
    const countY = (filterHeight - tapY + everyY - 1) / everyY;
    // Of dy's rows firstY - i * backY those from `skipY` to before `skipY + rows` exist.
    const skipY = firstY < outHeight ? 0 : (firstY - outHeight) / backY + 1;
    const rows = firstY < 0 ? 0 : max(0, min(countY, firstY / backY + 1) - skipY);
    const line = dy + <usize>(image * outHeight + firstY - skipY * backY) * lineBytes;
    const filterLine = filter + <usize>((tapY + skipY * everyY) * filterWidth) * tapBytes;
    const to = target + ((<usize>item * width * channels) << 2);
    for (let phase = 0; phase < min(strideWidth, width); phase++) {
      const tapX = firstTap(phase + padLeft, filterWidth, strideWidth, dilationWidth);
      const countX = (filterWidth - tapX + everyX - 1) / everyX;
      let firstX = (phase + padLeft - tapX * dilationWidth) / strideWidth;
      const weights = filterLine + <usize>tapX * tapBytes;
      let at = to + (<usize>(phase * channels) << 2);
      for (let x = phase; x < width; ) {
        // From the first tap's point back to the last one's all lie in dy, for all these points.
        if (firstX - (countX - 1) * backX >= 0 && firstX + points <= outWidth && x + (points - 1) * strideWidth < width) {
          const from = line + <usize>firstX * pointBytes;
          if (points == 3) dotsOf(3, channels, from, dyRow, dyColumn, weights, filterRow, filterColumn, rows, countX, depth, at, step);
          else dotsOf(4, channels, from, dyRow, dyColumn, weights, filterRow, filterColumn, rows, countX, depth, at, step);
          x += points * strideWidth;
          firstX += points;
          at += <usize>points * step;
          continue;
        }
        const skipX = firstX < outWidth ? 0 : (firstX - outWidth) / backX + 1;
        const columns = firstX < 0 ? 0 : max(0, min(countX, firstX / backX + 1) - skipX);
        const from = line + <usize>(firstX - skipX * backX) * pointBytes;
        dotsOf(1, channels, from, dyRow, dyColumn, weights + <usize>skipX * filterColumn, filterRow, filterColumn, rows, columns, depth, at, step);
        x += strideWidth;
        firstX++;
        at += step;
      }
    }
  }
}
