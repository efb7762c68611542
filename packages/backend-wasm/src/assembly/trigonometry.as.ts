import { DOUBLE_ROUNDER, doubleStep, floatsOf, highDoubles, lowDoubles, multiplyAddDoubles, select2 } from './doubles.as';
import { select4 } from './vector.as';

/** Below it, an angle loses no bit of a float when quarter turns are subtracted in double. */
// @ts-ignore: decorator
@inline
const LARGE: f32 = 2e8;

/** A quarter turn in two pieces, of which the first has 25 bits, and its inverse. */
// @ts-ignore: decorator
@inline
const QUARTER: f64 = 1.5707963109016418;
// @ts-ignore: decorator
@inline
const REST_OF_QUARTER: f64 = 1.5893254773528197e-8;
// @ts-ignore: decorator
@inline
const QUARTERS: f64 = 0.6366197723675814;

/** Bits of 2 / pi behind the point, 32 at a time, after a word of zeros. */
function turnBits(word: u32): u64 {
  if (word == 0) return 0;
  if (word == 1) return 0xa2f9836e;
  if (word == 2) return 0x4e441529;
  if (word == 3) return 0xfc2757d1;
  if (word == 4) return 0xf534ddc0;
  return word == 5 ? 0xdb629599 : 0x3c439041;
}

/**
 * Quarter turns in a large angle, modulo one turn, as a fraction of 2^62: its mantissa times the bits of 2 / pi that its exponent leaves
 * (Payne and Hanek, "Radian reduction for trigonometric functions", SIGNUM 1983).
 */
function quartersOfLarge(angle: f32): u64 {
  const bits = reinterpret<u32>(angle);
  const mantissa = u64(((bits & 0x7fffff) << 8) | 0x80000000);
  const start = ((bits >>> 23) & 255) - 128;
  const word = start >>> 5;
  const shift = u64(start & 31);
  const first = (turnBits(word) << 32) | turnBits(word + 1);
  const second = (turnBits(word + 2) << 32) | turnBits(word + 3);
  const high = (first << shift) >>> 32;
  const middle = (((first << 32) | (second >>> 32)) << shift) >>> 32;
  const low = (second << shift) >>> 32;
  return mantissa * middle + ((mantissa * low) >>> 32) + ((mantissa * high) << 32);
}

/** An angle less whole quarter turns, and in the low bits of `turned` how many they are. */
// @ts-ignore: decorator
@inline
function restOf(angle: v128, turned: v128): v128 {
  const quarters = f64x2.sub(turned, f64x2.splat(DOUBLE_ROUNDER));
  const rest = multiplyAddDoubles(quarters, f64x2.splat(-QUARTER), angle);
  return multiplyAddDoubles(quarters, f64x2.splat(-REST_OF_QUARTER), rest);
}

// @ts-ignore: decorator
@inline
function turnedBy(angle: v128): v128 {
  return multiplyAddDoubles(angle, f64x2.splat(QUARTERS), f64x2.splat(DOUBLE_ROUNDER));
}

/** The sine within `[-pi/4, pi/4]`, to the last bit of a float but for rare roundings (the coefficients of FreeBSD's msun). */
// @ts-ignore: decorator
@inline
function sineOfRest(x: v128): v128 {
  const z = f64x2.mul(x, x);
  const s = f64x2.mul(z, x);
  const far = doubleStep(f64x2.splat(2.718311493989822e-6), z, -0.00019839334836096632);
  const near = doubleStep(f64x2.splat(0.008333329385889463), z, -0.16666666641626524);
  return multiplyAddDoubles(f64x2.mul(s, f64x2.mul(z, z)), far, multiplyAddDoubles(s, near, x));
}

/** The cosine within `[-pi/4, pi/4]`. */
// @ts-ignore: decorator
@inline
function cosineOfRest(x: v128): v128 {
  const z = f64x2.mul(x, x);
  const w = f64x2.mul(z, z);
  const far = doubleStep(f64x2.splat(2.439044879627741e-5), z, -0.001388676377460993);
  const near = doubleStep(f64x2.splat(-0.499999997251031), z, 1);
  return multiplyAddDoubles(f64x2.mul(w, z), far, multiplyAddDoubles(w, f64x2.splat(0.04166662332373906), near));
}

// @ts-ignore: decorator
@inline
function isOdd(quarters: v128): v128 {
  return i64x2.eq(v128.and(quarters, i64x2.splat(1)), i64x2.splat(1));
}

/** The sines of two angles plus whole quarter turns. */
// @ts-ignore: decorator
@inline
function sineOfTwo(angle: v128, more: i64): v128 {
  const turned = turnedBy(angle);
  const rest = restOf(angle, turned);
  const quarters = more == 0 ? turned : i64x2.add(turned, i64x2.splat(more));
  const value = select2(cosineOfRest(rest), sineOfRest(rest), isOdd(quarters));
  return v128.xor(value, i64x2.shl(v128.and(quarters, i64x2.splat(2)), 62));
}

/** The tangents of two angles: within `[-pi/4, pi/4]` a quotient of polynomials within 2^-35 of itself, after an odd number of quarter turns `-1 / tan`. */
// @ts-ignore: decorator
@inline
function tangentOfTwo(angle: v128): v128 {
  const turned = turnedBy(angle);
  const rest = restOf(angle, turned);
  const isTurned = isOdd(turned);
  const z = f64x2.mul(rest, rest);
  const top = f64x2.mul(rest, doubleStep(doubleStep(f64x2.splat(0.0010751721228346098), z, -0.11136169302297041), z, 1.0000000000222031));
  const bottom = doubleStep(doubleStep(f64x2.splat(0.015973493676123256), z, -0.4446950246875411), z, 1);
  const value = f64x2.div(select2(bottom, top, isTurned), select2(top, bottom, isTurned));
  return v128.xor(value, v128.and(isTurned, f64x2.splat(-0)));
}

/** The angle within two quarter turns of 0 that has the sine, cosine and tangent of a large one; NaN for infinities. */
function reduced(angle: f32): f64 {
  if (!(abs<f32>(angle) < Infinity)) return NaN;
  // A quarter turn is pi / 2 / 2^62 of these.
  const rest = f64(i64(quartersOfLarge(abs(angle)))) * 3.4061215800865545e-19;
  return angle < 0 ? -rest : rest;
}

// @ts-ignore: decorator
@inline
function areOrdinary(x: v128): bool {
  return i32x4.all_true(f32x4.lt(f32x4.abs(x), f32x4.splat(LARGE)));
}

/** Two angles, of which large ones are reduced. */
function reducedTwo(first: f32, second: f32): v128 {
  const angle = f64x2.splat(abs(first) < LARGE ? f64(first) : reduced(first));
  return f64x2.replace_lane(angle, 1, abs(second) < LARGE ? f64(second) : reduced(second));
}

/** `y`, but where `x` is 0 or -0 that. */
// @ts-ignore: decorator
@inline
function keepZeros(x: v128, y: v128): v128 {
  return select4(x, y, f32x4.eq(x, f32x4.splat(0)));
}

/** `sin(x)` of any size within 0.51 units in the last place. */
export function sin4(x: v128): v128 {
  let low = lowDoubles(x);
  let high = highDoubles(x);
  if (!areOrdinary(x)) {
    low = reducedTwo(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1));
    high = reducedTwo(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3));
  }
  return keepZeros(x, floatsOf(sineOfTwo(low, 0), sineOfTwo(high, 0)));
}

/** `cos(x)` of any size within 0.51 units in the last place. */
export function cos4(x: v128): v128 {
  let low = lowDoubles(x);
  let high = highDoubles(x);
  if (!areOrdinary(x)) {
    low = reducedTwo(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1));
    high = reducedTwo(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3));
  }
  return floatsOf(sineOfTwo(low, 1), sineOfTwo(high, 1));
}

/** `tan(x)` of any size within 0.51 units in the last place. */
export function tan4(x: v128): v128 {
  let low = lowDoubles(x);
  let high = highDoubles(x);
  if (!areOrdinary(x)) {
    low = reducedTwo(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1));
    high = reducedTwo(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3));
  }
  return keepZeros(x, floatsOf(tangentOfTwo(low), tangentOfTwo(high)));
}
