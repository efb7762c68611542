import { multiplyAdd, select4 } from './vector.as';

/** The next step of Horner's rule: `sum * x + coefficient`. */
// @ts-ignore: decorator
@inline
function step(sum: v128, x: v128, coefficient: f32): v128 {
  return multiplyAdd(sum, x, f32x4.splat(coefficient));
}

/** `x - n ln 2`, with ln 2 in two pieces so that nothing cancels. */
// @ts-ignore: decorator
@inline
function reduceByLn2(x: v128, n: v128): v128 {
  return multiplyAdd(n, f32x4.splat(2.12194440e-4), multiplyAdd(n, f32x4.splat(-0.693359375), x));
}

/** `e^r - 1` for |r| <= ln(2) / 2, after Cephes' expf (Moshier, 1992). */
// @ts-ignore: decorator
@inline
function expm1OfRemainder(r: v128): v128 {
  let sum = f32x4.splat(1.9875691500e-4);
  sum = step(sum, r, 1.3981999507e-3);
  sum = step(sum, r, 8.3334519073e-3);
  sum = step(sum, r, 4.1665795894e-2);
  sum = step(sum, r, 1.6666665459e-1);
  sum = step(sum, r, 5.0000001201e-1);
  return multiplyAdd(f32x4.mul(sum, r), r, r);
}

/** `2^n` for integers n in [-126, 127]. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** 1.5 * 2^23: a sum with it has the nearest integer in its low bits. */
// @ts-ignore: decorator
@inline
const ROUNDER: f32 = 12582912;

/** `x / ln 2` rounded to an integer, as that integer plus {@link ROUNDER}. */
// @ts-ignore: decorator
@inline
function roundedExponent(x: v128): v128 {
  return multiplyAdd(x, f32x4.splat(1.44269504), f32x4.splat(ROUNDER));
}

/** `2^n` for `rounded = n + ROUNDER` with n in [-127, 127]; 0 for n = -127. */
// @ts-ignore: decorator
@inline
function powerOfRounded(rounded: v128): v128 {
  return i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23);
}

/** `(e^r - 1) / r` for |r| <= ln(2) / 2: XNNPACK's minimax polynomial, for sums with 1. */
// @ts-ignore: decorator
@inline
function slopeOfRemainder(r: v128): v128 {
  let sum = f32x4.splat(8.28929059e-3);
  sum = step(sum, r, 4.18978221e-2);
  sum = step(sum, r, 1.66676521e-1);
  sum = step(sum, r, 4.99991506e-1);
  return step(sum, r, 9.99999702e-1);
}

/** `2^shift e^x` for a shift of 0 or -1, within 3 units in the last place down to the smallest subnormal. */
// @ts-ignore: decorator
@inline
function shiftedExp(x: v128, shift: i32): v128 {
  // These two pass NaN on, and are one instruction each where max and min are six.
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-105)), f32x4.splat(90));
  const rounded = roundedExponent(bounded);
  const r = reduceByLn2(bounded, f32x4.sub(rounded, f32x4.splat(ROUNDER)));
  // Two factors reach beyond the exponents of normal numbers on both sides.
  const exponent = i32x4.sub(rounded, i32x4.splat(0x4b400000 - shift));
  const half = i32x4.shr_s(exponent, 1);
  const power = powerOfTwo(half);
  return f32x4.mul(multiplyAdd(f32x4.mul(power, r), slopeOfRemainder(r), power), powerOfTwo(i32x4.sub(exponent, half)));
}

/** `e^x`, within 3 units in the last place down to the smallest subnormal. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  return shiftedExp(x, 0);
}

/** `e^x / 2`, as {@link exp4}: finite wherever the hyperbolic functions are. */
// @ts-ignore: decorator
@inline
export function halfExp4(x: v128): v128 {
  return shiftedExp(x, -1);
}

/** `e^x` for x <= 0, within 3 units in the last place; results below 2^-126 are 0. */
// @ts-ignore: decorator
@inline
export function expOfNegative4(x: v128): v128 {
  const bounded = f32x4.pmax(x, f32x4.splat(-88));
  const rounded = roundedExponent(bounded);
  const r = reduceByLn2(bounded, f32x4.sub(rounded, f32x4.splat(ROUNDER)));
  const power = powerOfRounded(rounded);
  return multiplyAdd(f32x4.mul(power, r), slopeOfRemainder(r), power);
}

/** `e^x - 1` for x <= 0, within 2 units in the last place, without cancellation near 0. */
// @ts-ignore: decorator
@inline
export function expm1OfNegative4(x: v128): v128 {
  const bounded = f32x4.pmax(x, f32x4.splat(-20));
  const rounded = roundedExponent(bounded);
  const power = powerOfRounded(rounded);
  const r = reduceByLn2(bounded, f32x4.sub(rounded, f32x4.splat(ROUNDER)));
  return multiplyAdd(power, expm1OfRemainder(r), f32x4.sub(power, f32x4.splat(1)));
}

/** `e^x - 1` within 2 units in the last place, without cancellation near 0. */
// @ts-ignore: decorator
@inline
export function expm14(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-20)), f32x4.splat(89));
  const rounded = roundedExponent(bounded);
  const r = reduceByLn2(bounded, f32x4.sub(rounded, f32x4.splat(ROUNDER)));
  // Half of the power is finite for every x whose result is.
  const half = i32x4.shl(i32x4.add(rounded, i32x4.splat(126)), 23);
  const result = multiplyAdd(half, expm1OfRemainder(r), f32x4.sub(half, f32x4.splat(0.5)));
  return v128.or(f32x4.add(result, result), v128.and(x, i32x4.splat(0x80000000)));
}

/** `1 / (1 + e^-x)` within 4 units in the last place; results below 2^-126 are 0. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-88)), f32x4.splat(88));
  const rounded = roundedExponent(bounded);
  const r = reduceByLn2(bounded, f32x4.sub(rounded, f32x4.splat(ROUNDER)));
  const power = powerOfRounded(rounded);
  const exp = multiplyAdd(f32x4.mul(power, r), slopeOfRemainder(r), power);
  return f32x4.div(exp, f32x4.add(exp, f32x4.splat(1)));
}

/** `ln(x)` of positive normal numbers, after Cephes' logf (Moshier, 1992), plus `exponent` times ln 2. */
// @ts-ignore: decorator
@inline
function logOfNormal(x: v128, offset: v128): v128 {
  // Taking away the bits of sqrt(1/2) makes the exponent field count from there.
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const exponent = f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23)), offset);
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const z = f32x4.sub(mantissa, f32x4.splat(1));
  const square = f32x4.mul(z, z);
  let sum = f32x4.splat(7.0376836292e-2);
  sum = step(sum, z, -1.151461031e-1);
  sum = step(sum, z, 1.167699874e-1);
  sum = step(sum, z, -1.2420140846e-1);
  sum = step(sum, z, 1.4249322787e-1);
  sum = step(sum, z, -1.6668057665e-1);
  sum = step(sum, z, 2.0000714765e-1);
  sum = step(sum, z, -2.4999993993e-1);
  sum = step(sum, z, 3.3333331174e-1);
  sum = f32x4.mul(f32x4.mul(sum, z), square);
  sum = multiplyAdd(exponent, f32x4.splat(-2.1219444e-4), sum);
  sum = multiplyAdd(square, f32x4.splat(-0.5), sum);
  return multiplyAdd(exponent, f32x4.splat(0.693359375), f32x4.add(z, sum));
}

/** `ln(sum + lost) + offset ln 2` for a positive normal `sum` and what its rounding lost. */
// @ts-ignore: decorator
@inline
export function logOfSum(sum: v128, lost: v128, offset: v128): v128 {
  return f32x4.add(logOfNormal(sum, offset), f32x4.div(lost, sum));
}

/** What rounding lost of `1 + x = sum`. */
// @ts-ignore: decorator
@inline
export function lostOfSum(x: v128, sum: v128): v128 {
  return f32x4.sub(x, f32x4.sub(sum, f32x4.splat(1)));
}

/** `ln(x)` within one unit in the last place: subnormals too, -Infinity of 0, NaN of negative numbers. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const isSmall = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, isSmall);
  let result = logOfNormal(scaled, v128.and(isSmall, f32x4.splat(-23)));
  const special = v128.bitselect(f32x4.splat(-Infinity), f32x4.splat(NaN), f32x4.eq(x, f32x4.splat(0)));
  result = v128.bitselect(result, special, f32x4.gt(x, f32x4.splat(0)));
  return v128.bitselect(x, result, f32x4.eq(x, f32x4.splat(Infinity)));
}

/** `ln(1 + x)` within 2 units in the last place: the rounding of `1 + x` is made up for. */
// @ts-ignore: decorator
@inline
export function log1p4(x: v128): v128 {
  const sum = f32x4.add(x, f32x4.splat(1));
  const result = logOfSum(sum, lostOfSum(x, sum), f32x4.splat(0));
  const signed = v128.or(result, v128.and(x, i32x4.splat(0x80000000)));
  const special = select4(f32x4.splat(-Infinity), f32x4.splat(NaN), f32x4.eq(x, f32x4.splat(-1)));
  const isPlain = v128.and(f32x4.gt(x, f32x4.splat(-1)), f32x4.lt(x, f32x4.splat(Infinity)));
  return select4(signed, select4(x, special, f32x4.gt(x, f32x4.splat(0))), isPlain);
}

/** `ln(1 + e^x)`, within 3 units in the last place. */
// @ts-ignore: decorator
@inline
export function softplus4(x: v128): v128 {
  const fraction = expOfNegative4(v128.or(x, i32x4.splat(0x80000000)));
  const sum = f32x4.add(fraction, f32x4.splat(1));
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), logOfSum(sum, lostOfSum(fraction, sum), f32x4.splat(0)));
}

/** The sign of `sign` on `x`, which is not negative. */
// @ts-ignore: decorator
@inline
export function copySign(x: v128, sign: v128): v128 {
  return v128.or(x, v128.and(sign, i32x4.splat(0x80000000)));
}

/** `tanh(x) = -m / (m + 2)` with `m = e^(-2|x|) - 1`, within 3 units in the last place. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const m = expm1OfNegative4(f32x4.mul(f32x4.abs(x), f32x4.splat(-2)));
  return copySign(f32x4.abs(f32x4.div(m, f32x4.add(m, f32x4.splat(2)))), x);
}

/** The error function, within 2 units in the last place: minimax polynomials below 0.9277, `1 - e^p(|x|)` above. */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  const t = f32x4.pmin(f32x4.abs(x), f32x4.splat(4));
  const square = f32x4.mul(t, t);
  let far = step(f32x4.splat(-1.72853470e-5), t, 3.83197126e-4);
  far = multiplyAdd(far, square, step(f32x4.splat(-3.88396438e-3), t, 2.42546219e-2));
  far = step(far, t, -1.06777877e-1);
  far = step(far, t, -6.34846687e-1);
  far = step(far, t, -1.28717512e-1);
  far = f32x4.neg(expm1OfNegative4(multiplyAdd(far, t, f32x4.neg(t))));
  let near = f32x4.splat(-5.96761703e-4);
  near = step(near, square, 4.99119423e-3);
  near = step(near, square, -2.67681349e-2);
  near = step(near, square, 1.12819925e-1);
  near = step(near, square, -3.76125336e-1);
  near = step(near, square, 1.28379166e-1);
  near = multiplyAdd(near, t, t);
  return copySign(v128.bitselect(far, near, f32x4.gt(t, f32x4.splat(0.927734375))), x);
}
