import { combine, finish } from './combine.as';

/** Four channels of a column of two or three pixels. */
// @ts-ignore: decorator
@inline
function combineColumn(isMaximum: bool, side: i32, start: v128, first: usize, second: usize, third: usize): v128 {
  const total = combine(isMaximum, combine(isMaximum, start, v128.load(first)), v128.load(second));
  return side > 2 ? combine(isMaximum, total, v128.load(third)) : total;
}

/** {@link combineColumn} for the four channels behind. */
// @ts-ignore: decorator
@inline
function combineNext(isMaximum: bool, side: i32, start: v128, first: usize, second: usize, third: usize): v128 {
  const total = combine(isMaximum, combine(isMaximum, start, v128.load(first, 16)), v128.load(second, 16));
  return side > 2 ? combine(isMaximum, total, v128.load(third, 16)) : total;
}

/** Windows side by side, for four channels, or eight if `isPair`. All but the pointers, the number of windows and their size are constants. */
// @ts-ignore: decorator
@inline
function slideChannels(
  isMaximum: bool,
  isPair: bool,
  side: i32,
  stride: i32,
  start: v128,
  first: usize,
  to: usize,
  rowBytes: usize,
  pixelBytes: usize,
  windows: i32,
  count: v128,
): void {
  let second = first + rowBytes;
  let third = second + rowBytes;
  // What the next window shares with this one, and of that its last column.
  let shared0 = combineColumn(isMaximum, side, start, first, second, third);
  let shared1 = isPair ? combineNext(isMaximum, side, start, first, second, third) : start;
  let last0 = shared0;
  let last1 = shared1;
  if (side - stride > 1) {
    first += pixelBytes;
    second += pixelBytes;
    third += pixelBytes;
    last0 = combineColumn(isMaximum, side, start, first, second, third);
    shared0 = combine(isMaximum, shared0, last0);
    if (isPair) {
      last1 = combineNext(isMaximum, side, start, first, second, third);
      shared1 = combine(isMaximum, shared1, last1);
    }
  }
  for (; windows > 0; windows--) {
    first += pixelBytes;
    second += pixelBytes;
    third += pixelBytes;
    let column0 = combineColumn(isMaximum, side, start, first, second, third);
    let column1 = isPair ? combineNext(isMaximum, side, start, first, second, third) : start;
    let total0 = combine(isMaximum, shared0, column0);
    let total1 = isPair ? combine(isMaximum, shared1, column1) : start;
    if (stride > 1) {
      first += pixelBytes;
      second += pixelBytes;
      third += pixelBytes;
      column0 = combineColumn(isMaximum, side, start, first, second, third);
      total0 = combine(isMaximum, total0, column0);
      if (isPair) {
        column1 = combineNext(isMaximum, side, start, first, second, third);
        total1 = combine(isMaximum, total1, column1);
      }
    }
    v128.store(to, finish(isMaximum, total0, count));
    if (isPair) v128.store(to, finish(isMaximum, total1, count), 16);
    shared0 = side - stride > 1 ? combine(isMaximum, last0, column0) : column0;
    if (isPair) shared1 = side - stride > 1 ? combine(isMaximum, last1, column1) : column1;
    last0 = column0;
    last1 = column1;
    to += pixelBytes;
  }
}

/**
 * Squares of side 2 or 3 side by side that share columns with their neighbours and lie in the image as a whole, `size` values each, from the corner
 * of the first at `from` on: each column is combined once. There are at least four channels.
 */
// @ts-ignore: decorator
@inline
export function slideWindows(
  isMaximum: bool,
  side: i32,
  stride: i32,
  start: v128,
  from: usize,
  to: usize,
  rowBytes: usize,
  pixelBytes: usize,
  windows: i32,
  size: i32,
): void {
  const count = f32x4.splat(<f32>size);
  const step: usize = pixelBytes >= 32 ? 32 : 16;
  for (let shift: usize = 0; shift < pixelBytes; shift += step) {
    // The last channels' vectors may overlap those before them.
    const at = min(shift, pixelBytes - step);
    if (step == 32) slideChannels(isMaximum, true, side, stride, start, from + at, to + at, rowBytes, pixelBytes, windows, count);
    else slideChannels(isMaximum, false, side, stride, start, from + at, to + at, rowBytes, pixelBytes, windows, count);
  }
}
