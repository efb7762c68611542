import { loadPartial, storePartial } from './vector.as';

/** All ones in the first `count` lanes. */
// @ts-ignore: decorator
@inline
export function lanesBelow(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** The sum of four lanes. */
// @ts-ignore: decorator
@inline
export function sumOfLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The greatest of `count` elements, a finite number where all are -Infinity. NaN counts as nothing: it shows in the sum of the powers. */
export function greatest(from: usize, count: i32): f32 {
  let most0 = f32x4.splat(-f32.MAX_VALUE);
  let most1 = most0;
  let left = count;
  for (; left >= 8; left -= 8) {
    most0 = f32x4.pmax(most0, v128.load(from));
    most1 = f32x4.pmax(most1, v128.load(from, 16));
    from += 32;
  }
  for (; left > 0; left -= 4) {
    most0 = f32x4.pmax(most0, left >= 4 ? v128.load(from) : v128.bitselect(loadPartial(from, left), most0, lanesBelow(left)));
    from += 16;
  }
  const most = f32x4.pmax(most0, most1);
  const pairs = f32x4.pmax(most, v128.shuffle<i32>(most, most, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/** A constant that V8 keeps in a register through a loop, where it would make it anew for each use: `zero` is 0, but only at run time. */
// @ts-ignore: decorator
@inline
function held(value: f32, zero: v128): v128 {
  return v128.or(f32x4.splat(value), zero);
}

/** `sum of e^(x[i] - most)`, for `most` no less than any x; the powers, which are 0 below 2^-126, are written where `writes` says so. */
// @ts-ignore: decorator
@inline
function powers(from: usize, to: usize, count: i32, most: f32, writes: bool): f32 {
  const zero = i32x4.splat(count >> 31);
  const top = held(most, zero);
  const least = held(-88, zero);
  const perLn2 = held(1.44269504, zero);
  // 1.5 * 2^23: a sum with it has the nearest integer in its low bits.
  const rounder = held(12582912, zero);
  const ln2High = held(-0.693359375, zero);
  const ln2Low = held(2.1219444e-4, zero);
  // (e^r - 1) / r for |r| <= ln(2) / 2: XNNPACK's minimax polynomial.
  const c1 = held(9.99999702e-1, zero);
  const c2 = held(4.99991506e-1, zero);
  const c3 = held(1.66676521e-1, zero);
  const c4 = held(4.18978221e-2, zero);
  const c5 = held(8.28929059e-3, zero);
  let sum = f32x4.splat(0);
  for (let left = count; left > 0; left -= 4) {
    const value = f32x4.pmax(f32x4.sub(left >= 4 ? v128.load(from) : loadPartial(from, left), top), least);
    const rounded = f32x4.add(f32x4.mul(value, perLn2), rounder);
    const n = f32x4.sub(rounded, rounder);
    const r = f32x4.add(f32x4.mul(n, ln2Low), f32x4.add(f32x4.mul(n, ln2High), value));
    // Shifting leaves only the low bits of the sum, and 127 in the exponent is 1.
    const scale = i32x4.add(i32x4.shl(rounded, 23), i32x4.splat(0x3f800000));
    let slope = f32x4.add(f32x4.mul(c5, r), c4);
    slope = f32x4.add(f32x4.mul(slope, r), c3);
    slope = f32x4.add(f32x4.mul(slope, r), c2);
    slope = f32x4.add(f32x4.mul(slope, r), c1);
    let power = f32x4.add(f32x4.mul(f32x4.mul(scale, r), slope), scale);
    if (left < 4) power = v128.and(power, lanesBelow(left));
    sum = f32x4.add(sum, power);
    if (writes) {
      if (left >= 4) v128.store(to, power);
      else storePartial(to, power, left);
      to += 16;
    }
    from += 16;
  }
  return sumOfLanes(sum);
}

/** `sum of e^(x[i] - most)`, for `most` no less than any x. */
export function sumOfPowers(from: usize, count: i32, most: f32): f32 {
  return powers(from, 0, count, most, false);
}

/** `y[i] = e^(x[i] - most)`, for `most` no less than any x, and their sum. */
export function writePowers(from: usize, to: usize, count: i32, most: f32): f32 {
  return powers(from, to, count, most, true);
}
