import { multiplyAdd, loadPartial, partStart, storePartial } from './vector.as';

/** All ones in the first `count` lanes. */
// @ts-ignore: decorator
@inline
function lanesBelow(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** The greatest of `count` elements, in every lane. NaN counts as nothing: it shows in the sum of the powers. */
// @ts-ignore: decorator
@inline
function greatest(from: usize, count: i32): v128 {
  let most0 = f32x4.splat(-Infinity);
  let most1 = most0;
  let most2 = most0;
  let most3 = most0;
  let left = count;
  for (; left >= 16; left -= 16) {
    most0 = f32x4.pmax(most0, v128.load(from));
    most1 = f32x4.pmax(most1, v128.load(from, 16));
    most2 = f32x4.pmax(most2, v128.load(from, 32));
    most3 = f32x4.pmax(most3, v128.load(from, 48));
    from += 64;
  }
  for (; left >= 4; left -= 4) {
    most0 = f32x4.pmax(most0, v128.load(from));
    from += 16;
  }
  if (left > 0) most0 = f32x4.pmax(most0, v128.bitselect(loadPartial(from, left), most0, lanesBelow(left)));
  let most = f32x4.pmax(f32x4.pmax(most0, most1), f32x4.pmax(most2, most3));
  most = f32x4.pmax(most, v128.shuffle<i32>(most, most, 2, 3, 0, 1));
  return f32x4.pmax(most, v128.shuffle<i32>(most, most, 1, 0, 3, 2));
}

/** 1.5 * 2^23: a sum with it has the nearest integer in its low bits. */
// @ts-ignore: decorator
@inline
const ROUNDER: f32 = 12582912;

/** A constant that V8 keeps in a register through a loop, where it would make it anew for each use: `zero` is 0, but only at run time. */
// @ts-ignore: decorator
@inline
function held(value: f32, zero: v128): v128 {
  return v128.or(f32x4.splat(value), zero);
}

/** `y[i] = e^(x[i] - max(x)) / sum of them` for each of `rows` rows of `columns` elements. Items are rows. */
export function softmax(task: i32, tasks: i32, x: usize, y: usize, rows: i32, columns: i32): void {
  const zero = i32x4.splat(task >> 31);
  const least = held(-88, zero);
  const perLn2 = held(1.44269504, zero);
  const rounder = held(ROUNDER, zero);
  const ln2High = held(-0.693359375, zero);
  const ln2Low = held(2.1219444e-4, zero);
  const c1 = held(9.99999702e-1, zero);
  const c2 = held(4.99991506e-1, zero);
  const c3 = held(1.66676521e-1, zero);
  const c4 = held(4.18978221e-2, zero);
  const c5 = held(8.28929059e-3, zero);
  const rowBytes = <usize>columns << 2;
  const end = partStart(rows, task + 1, tasks);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    let from = x + <usize>row * rowBytes;
    const start = y + <usize>row * rowBytes;
    const most = greatest(from, columns);
    let sum0 = f32x4.splat(0);
    let to = start;
    // expOfNegative4 of vector-math.as.ts, with its constants held.
    for (let left = columns; left > 0; left -= 4) {
      const value = f32x4.pmax(f32x4.sub(loadPartial(from, left), most), least);
      const rounded = multiplyAdd(value, perLn2, rounder);
      const n = f32x4.sub(rounded, rounder);
      const r = multiplyAdd(n, ln2Low, multiplyAdd(n, ln2High, value));
      // Shifting leaves only the low bits of the sum, and 127 in the exponent is 1.
      const scale = i32x4.add(i32x4.shl(rounded, 23), i32x4.splat(0x3f800000));
      const slope = multiplyAdd(multiplyAdd(multiplyAdd(multiplyAdd(c5, r, c4), r, c3), r, c2), r, c1);
      let power = multiplyAdd(f32x4.mul(scale, r), slope, scale);
      if (left < 4) power = v128.and(power, lanesBelow(left));
      sum0 = f32x4.add(sum0, power);
      storePartial(to, power, left);
      from += 16;
      to += 16;
    }
    let sum = f32x4.add(sum0, v128.shuffle<i32>(sum0, sum0, 2, 3, 0, 1));
    sum = f32x4.add(sum, v128.shuffle<i32>(sum, sum, 1, 0, 3, 2));
    const factor = f32x4.div(f32x4.splat(1), sum);
    to = start;
    let left = columns;
    for (; left >= 8; left -= 8) {
      v128.store(to, f32x4.mul(v128.load(to), factor));
      v128.store(to, f32x4.mul(v128.load(to, 16), factor), 16);
      to += 32;
    }
    for (; left > 0; left -= 4) {
      storePartial(to, f32x4.mul(loadPartial(to, left), factor), left);
      to += 16;
    }
  }
}
