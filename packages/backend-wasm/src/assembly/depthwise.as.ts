import { partStart } from './vector.as';

/** Stores a sum, between bounds that are infinite where there are none. NaN passes. */
// @ts-ignore: decorator
@inline
function storeClamped(to: usize, sum: v128, low: v128, high: v128): void {
  v128.store(to, f32x4.pmin(f32x4.pmax(sum, low), high));
}

// @ts-ignore: decorator
@inline
function loadBias(bias: usize, channel: i32): v128 {
  return bias == 0 ? f32x4.splat(0) : v128.load(bias + (<usize>channel << 2));
}

/** Channels `channel` and on of four outputs side by side, all of whose columns lie in the image: eight channels, or four. */
// @ts-ignore: decorator
@inline
function sumFourPixels(
  isWide: bool,
  x: usize,
  filter: usize,
  bias: usize,
  to: usize,
  channel: i32,
  rows: i32,
  columns: i32,
  pixelBytes: usize,
  stepX: usize,
  tapX: usize,
  tapY: usize,
  filterRow: usize,
  low: v128,
  high: v128,
): void {
  const shift = <usize>channel << 2;
  let a0 = loadBias(bias, channel);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = isWide ? loadBias(bias, channel + 4) : a0;
  let b1 = b0;
  let b2 = b0;
  let b3 = b0;
  let line = x + shift;
  let weights = filter + shift;
  for (; rows > 0; rows--) {
    let pixel0 = line;
    let pixel1 = line + stepX;
    let pixel2 = pixel1 + stepX;
    let pixel3 = pixel2 + stepX;
    let tap = weights;
    for (let column = columns; column > 0; column--) {
      const weight = v128.load(tap);
      a0 = f32x4.add(a0, f32x4.mul(v128.load(pixel0), weight));
      a1 = f32x4.add(a1, f32x4.mul(v128.load(pixel1), weight));
      a2 = f32x4.add(a2, f32x4.mul(v128.load(pixel2), weight));
      a3 = f32x4.add(a3, f32x4.mul(v128.load(pixel3), weight));
      if (isWide) {
        const next = v128.load(tap, 16);
        b0 = f32x4.add(b0, f32x4.mul(v128.load(pixel0, 16), next));
        b1 = f32x4.add(b1, f32x4.mul(v128.load(pixel1, 16), next));
        b2 = f32x4.add(b2, f32x4.mul(v128.load(pixel2, 16), next));
        b3 = f32x4.add(b3, f32x4.mul(v128.load(pixel3, 16), next));
      }
      pixel0 += tapX;
      pixel1 += tapX;
      pixel2 += tapX;
      pixel3 += tapX;
      tap += pixelBytes;
    }
    line += tapY;
    weights += filterRow;
  }
  let out = to + shift;
  storeClamped(out, a0, low, high);
  if (isWide) storeClamped(out + 16, b0, low, high);
  out += pixelBytes;
  storeClamped(out, a1, low, high);
  if (isWide) storeClamped(out + 16, b1, low, high);
  out += pixelBytes;
  storeClamped(out, a2, low, high);
  if (isWide) storeClamped(out + 16, b2, low, high);
  out += pixelBytes;
  storeClamped(out, a3, low, high);
  if (isWide) storeClamped(out + 16, b3, low, high);
}

/** Channels `channel` and on of one output: sixteen, or four. */
// @ts-ignore: decorator
@inline
function sumPixel(
  isWide: bool,
  x: usize,
  filter: usize,
  bias: usize,
  to: usize,
  channel: i32,
  rows: i32,
  columns: i32,
  pixelBytes: usize,
  tapX: usize,
  tapY: usize,
  filterRow: usize,
  low: v128,
  high: v128,
): void {
  const shift = <usize>channel << 2;
  let sum0 = loadBias(bias, channel);
  let sum1 = isWide ? loadBias(bias, channel + 4) : sum0;
  let sum2 = isWide ? loadBias(bias, channel + 8) : sum0;
  let sum3 = isWide ? loadBias(bias, channel + 12) : sum0;
  let line = x + shift;
  let weights = filter + shift;
  for (; rows > 0; rows--) {
    let pixel = line;
    let tap = weights;
    for (let column = columns; column > 0; column--) {
      sum0 = f32x4.add(sum0, f32x4.mul(v128.load(pixel), v128.load(tap)));
      if (isWide) {
        sum1 = f32x4.add(sum1, f32x4.mul(v128.load(pixel, 16), v128.load(tap, 16)));
        sum2 = f32x4.add(sum2, f32x4.mul(v128.load(pixel, 32), v128.load(tap, 32)));
        sum3 = f32x4.add(sum3, f32x4.mul(v128.load(pixel, 48), v128.load(tap, 48)));
      }
      pixel += tapX;
      tap += pixelBytes;
    }
    line += tapY;
    weights += filterRow;
  }
  const out = to + shift;
  storeClamped(out, sum0, low, high);
  if (isWide) {
    storeClamped(out + 16, sum1, low, high);
    storeClamped(out + 32, sum2, low, high);
    storeClamped(out + 48, sum3, low, high);
  }
}

/** One to three channels; the other lanes are 0. */
// @ts-ignore: decorator
@inline
function loadNarrow(from: usize, channels: i32): v128 {
  if (channels == 1) return v128.load32_zero(from);
  const pair = v128.load64_zero(from);
  return channels == 2 ? pair : v128.load_lane<f32>(from, pair, 2, 8);
}

/** All channels of one output, of which there are one to three. */
// @ts-ignore: decorator
@inline
function sumNarrowPixel(
  x: usize,
  filter: usize,
  bias: usize,
  to: usize,
  channels: i32,
  rows: i32,
  columns: i32,
  pixelBytes: usize,
  tapX: usize,
  tapY: usize,
  filterRow: usize,
  low: v128,
  high: v128,
): void {
  let sum = bias == 0 ? f32x4.splat(0) : loadNarrow(bias, channels);
  for (; rows > 0; rows--) {
    let pixel = x;
    let tap = filter;
    for (let column = columns; column > 0; column--) {
      sum = f32x4.add(sum, f32x4.mul(loadNarrow(pixel, channels), loadNarrow(tap, channels)));
      pixel += tapX;
      tap += pixelBytes;
    }
    x += tapY;
    filter += filterRow;
  }
  sum = f32x4.pmin(f32x4.pmax(sum, low), high);
  if (channels == 1) v128.store_lane<f32>(to, sum, 0);
  else v128.store_lane<u64>(to, sum, 0);
  if (channels == 3) v128.store_lane<f32>(to, sum, 2, 8);
}

/** Floats of twelve, six or four pixels side by side, of one to three channels. */
const NARROW_FLOATS: i32 = 12;

/**
 * Twelve floats of a line of outputs with stride 1, all of whose columns lie in the image: with so few channels vectors reach over pixels, and
 * the weights repeat in them.
 */
// @ts-ignore: decorator
@inline
function sumNarrowPixels(
  x: usize,
  filter: usize,
  bias: usize,
  to: usize,
  channels: i32,
  rows: i32,
  columns: i32,
  pixelBytes: usize,
  tapX: usize,
  tapY: usize,
  filterRow: usize,
  low: v128,
  high: v128,
): void {
  const addend = bias == 0 ? f32x4.splat(0) : loadNarrow(bias, channels);
  let a = repeatNarrow(addend, channels, 0);
  let b = repeatNarrow(addend, channels, 1);
  let c = repeatNarrow(addend, channels, 2);
  for (; rows > 0; rows--) {
    let pixel = x;
    let tap = filter;
    for (let column = columns; column > 0; column--) {
      const weights = loadNarrow(tap, channels);
      a = f32x4.add(a, f32x4.mul(v128.load(pixel), repeatNarrow(weights, channels, 0)));
      b = f32x4.add(b, f32x4.mul(v128.load(pixel, 16), repeatNarrow(weights, channels, 1)));
      c = f32x4.add(c, f32x4.mul(v128.load(pixel, 32), repeatNarrow(weights, channels, 2)));
      pixel += tapX;
      tap += pixelBytes;
    }
    x += tapY;
    filter += filterRow;
  }
  storeClamped(to, a, low, high);
  storeClamped(to + 16, b, low, high);
  storeClamped(to + 32, c, low, high);
}

/** The values of one to three channels over and over, of which this is vector number `part`. */
// @ts-ignore: decorator
@inline
function repeatNarrow(value: v128, channels: i32, part: i32): v128 {
  if (channels == 1) return v128.shuffle<i32>(value, value, 0, 0, 0, 0);
  if (channels == 2) return v128.shuffle<i32>(value, value, 0, 1, 0, 1);
  if (part == 0) return v128.shuffle<i32>(value, value, 0, 1, 2, 0);
  if (part == 1) return v128.shuffle<i32>(value, value, 1, 2, 0, 1);
  return v128.shuffle<i32>(value, value, 2, 0, 1, 2);
}

/** `a / b` rounded up, for b > 0; 0 for a < 0. */
// @ts-ignore: decorator
@inline
function divideUp(a: i32, b: i32): i32 {
  return a <= 0 ? 0 : (a + b - 1) / b;
}

/**
 * A depthwise convolution with one output for each input channel: `y[point][c] = clamp(bias[c] + sum over
 * taps of x[point * stride + tap * dilation - pad][c] filter[tap][c], low, high)`. `bias` may be 0. Items are the rows of `y`.
 */
export function depthwise(
  task: i32,
  tasks: i32,
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  low: f32,
  high: f32,
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
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>width * pixelBytes;
  const filterRow = <usize>filterWidth * pixelBytes;
  const stepX = <usize>strideWidth * pixelBytes;
  const tapX = <usize>dilationWidth * pixelBytes;
  const tapY = <usize>dilationHeight * rowBytes;
  // Outputs from `inside` to before `outside` read no column beyond the image.
  const inside = divideUp(padLeft, strideWidth);
  const outside = min(outWidth, divideUp(width + padLeft - (filterWidth - 1) * dilationWidth, strideWidth));
  // The last vector overlaps the one before it where the channels are no whole number of vectors: it computes the same once more.
  const lastChannel = channels - 4;
  const isNarrow = channels < 4;
  const narrowPixels = NARROW_FLOATS / channels;
  const end = partStart(batch * outHeight, task + 1, tasks);
  for (let row = partStart(batch * outHeight, task, tasks); row < end; row++) {
    const image = row / outHeight;
    const cornerY = (row - image * outHeight) * strideHeight - padTop;
    const firstTapY = divideUp(-cornerY, dilationHeight);
    const rows = min(filterHeight, divideUp(height - cornerY, dilationHeight)) - firstTapY;
    const line = x + <usize>(image * height + cornerY + firstTapY * dilationHeight) * rowBytes;
    const weights = filter + <usize>firstTapY * filterRow;
    let to = y + <usize>row * <usize>outWidth * pixelBytes;
    for (let outX = 0; outX < outWidth; ) {
      const cornerX = outX * strideWidth - padLeft;
      if (isNarrow && strideWidth == 1 && outX >= inside && outX + narrowPixels <= outside) {
        const from = line + <usize>cornerX * pixelBytes;
        if (channels == 1) sumNarrowPixels(from, weights, bias, to, 1, rows, filterWidth, pixelBytes, tapX, tapY, filterRow, lows, highs);
        else if (channels == 2) sumNarrowPixels(from, weights, bias, to, 2, rows, filterWidth, pixelBytes, tapX, tapY, filterRow, lows, highs);
        else sumNarrowPixels(from, weights, bias, to, 3, rows, filterWidth, pixelBytes, tapX, tapY, filterRow, lows, highs);
        outX += narrowPixels;
        to += NARROW_FLOATS << 2;
        continue;
      }
      if (!isNarrow && strideWidth == 1 && outX >= inside && outX + 4 <= outside) {
        const from = line + <usize>cornerX * pixelBytes;
        let channel = 0;
        for (; channel + 8 <= channels; channel += 8) {
          sumFourPixels(true, from, weights, bias, to, channel, rows, filterWidth, pixelBytes, stepX, tapX, tapY, filterRow, lows, highs);
        }
        for (; channel < channels; channel += 4) {
          const first = min(channel, lastChannel);
          sumFourPixels(false, from, weights, bias, to, first, rows, filterWidth, pixelBytes, stepX, tapX, tapY, filterRow, lows, highs);
        }
        outX += 4;
        to += 4 * pixelBytes;
        continue;
      }
      const isInside = outX >= inside && outX < outside;
      const firstTapX = isInside ? 0 : divideUp(-cornerX, dilationWidth);
      const columns = isInside ? filterWidth : min(filterWidth, divideUp(width - cornerX, dilationWidth)) - firstTapX;
      const from = line + <usize>(cornerX + firstTapX * dilationWidth) * pixelBytes;
      const taps = weights + <usize>firstTapX * pixelBytes;
      let channel = 0;
      if (channels == 1) sumNarrowPixel(from, taps, bias, to, 1, rows, columns, pixelBytes, tapX, tapY, filterRow, lows, highs);
      else if (channels == 2) sumNarrowPixel(from, taps, bias, to, 2, rows, columns, pixelBytes, tapX, tapY, filterRow, lows, highs);
      else if (channels == 3) sumNarrowPixel(from, taps, bias, to, 3, rows, columns, pixelBytes, tapX, tapY, filterRow, lows, highs);
      for (; channel + 16 <= channels; channel += 16) {
        sumPixel(true, from, taps, bias, to, channel, rows, columns, pixelBytes, tapX, tapY, filterRow, lows, highs);
      }
      for (; !isNarrow && channel < channels; channel += 4) {
        sumPixel(false, from, taps, bias, to, min(channel, lastChannel), rows, columns, pixelBytes, tapX, tapY, filterRow, lows, highs);
      }
      outX++;
      to += pixelBytes;
    }
  }
}
