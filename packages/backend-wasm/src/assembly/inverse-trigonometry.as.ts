import { copySign } from './vector-math.as';
import { multiplyAdd, select4 } from './vector.as';

/** Half of pi in two pieces. */
// @ts-ignore: decorator
@inline
const HALF_PI: f32 = 1.57079637;
// @ts-ignore: decorator
@inline
const REST_OF_HALF_PI: f32 = -4.37113883e-8;
// @ts-ignore: decorator
@inline
const PI: f32 = 3.14159274;
// @ts-ignore: decorator
@inline
const REST_OF_PI: f32 = -8.74227766e-8;

// @ts-ignore: decorator
@inline
function step(sum: v128, x: v128, coefficient: f32): v128 {
  return multiplyAdd(sum, x, f32x4.splat(coefficient));
}

/** `asin(x) - x` for `square = x^2 <= 1/4`, after Cephes' asinf (Moshier, 1992). */
// @ts-ignore: decorator
@inline
function asinAbove(x: v128, square: v128): v128 {
  let sum = step(f32x4.splat(4.2163199048e-2), square, 2.4181311049e-2);
  sum = step(sum, square, 4.5470025998e-2);
  sum = step(sum, square, 7.4953002686e-2);
  sum = step(sum, square, 1.6666752422e-1);
  return f32x4.mul(f32x4.mul(sum, square), x);
}

/** `asin(x)` within 3 units in the last place; near 1 by `pi/2 - 2 asin(sqrt((1 - |x|) / 2))`. */
export function asin4(x: v128): v128 {
  const size = f32x4.abs(x);
  const isFar = f32x4.gt(size, f32x4.splat(0.5));
  const half = f32x4.mul(f32x4.sub(f32x4.splat(1), size), f32x4.splat(0.5));
  const square = select4(half, f32x4.mul(size, size), isFar);
  const root = select4(f32x4.sqrt(half), size, isFar);
  const above = asinAbove(root, square);
  const near = f32x4.add(root, above);
  const far = f32x4.sub(f32x4.splat(HALF_PI), f32x4.sub(f32x4.add(near, near), f32x4.splat(REST_OF_HALF_PI)));
  return copySign(select4(far, near, isFar), x);
}

/** `acos(x)` within 2 units in the last place. */
export function acos4(x: v128): v128 {
  const size = f32x4.abs(x);
  const isFar = f32x4.gt(size, f32x4.splat(0.5));
  const isNegative = i32x4.shr_s(x, 31);
  const half = f32x4.mul(f32x4.sub(f32x4.splat(1), size), f32x4.splat(0.5));
  const square = select4(half, f32x4.mul(size, size), isFar);
  const root = select4(f32x4.sqrt(half), x, isFar);
  const arc = f32x4.add(root, asinAbove(root, square));
  // Far from 0 twice the arc is the result or what is missing to pi; near 0 the arc is what is missing to half of pi.
  const twice = f32x4.add(arc, arc);
  const farBelow = f32x4.sub(f32x4.splat(PI), f32x4.sub(twice, f32x4.splat(REST_OF_PI)));
  const far = select4(farBelow, twice, isNegative);
  const near = f32x4.sub(f32x4.splat(HALF_PI), f32x4.sub(arc, f32x4.splat(REST_OF_HALF_PI)));
  return select4(far, near, isFar);
}

/** `atan(x)` for x in [0, 1] (the coefficients of SLEEF's atanf, Shibata and Petrogalli, 2020). */
// @ts-ignore: decorator
@inline
function atanOfFraction(x: v128): v128 {
  const square = f32x4.mul(x, x);
  let sum = f32x4.splat(2.82363896258175373077393e-3);
  sum = step(sum, square, -1.59569028764963150024414e-2);
  sum = step(sum, square, 4.25049886107444763183594e-2);
  sum = step(sum, square, -7.48900920152664184570312e-2);
  sum = step(sum, square, 1.06347933411598205566406e-1);
  sum = step(sum, square, -1.42027363181114196777344e-1);
  sum = step(sum, square, 1.99926957488059997558594e-1);
  sum = step(sum, square, -3.33331018686294555664062e-1);
  return multiplyAdd(f32x4.mul(sum, square), x, x);
}

/** `pi/2 - x` for an arc up to a quarter of pi. */
// @ts-ignore: decorator
@inline
function complement(x: v128): v128 {
  return f32x4.sub(f32x4.splat(HALF_PI), f32x4.sub(x, f32x4.splat(REST_OF_HALF_PI)));
}

/** `atan(x)` within 2 units in the last place. */
export function atan4(x: v128): v128 {
  const size = f32x4.abs(x);
  const isSteep = f32x4.gt(size, f32x4.splat(1));
  const arc = atanOfFraction(select4(f32x4.div(f32x4.splat(1), size), size, isSteep));
  return copySign(select4(complement(arc), arc, isSteep), x);
}

/** The angle of the point (x, y) as `Math.atan2(y, x)` has it, within 2 units in the last place, with all signs of zeros and infinities. */
export function atan24(y: v128, x: v128): v128 {
  const height = f32x4.abs(y);
  const width = f32x4.abs(x);
  const isSteep = f32x4.gt(height, width);
  const most = f32x4.pmax(width, height);
  const fraction = f32x4.div(f32x4.pmin(width, height), most);
  // Neither 0 / 0 nor Infinity / Infinity is a fraction.
  const ofEqual = v128.and(f32x4.gt(most, f32x4.splat(0)), f32x4.splat(1));
  const arc = atanOfFraction(select4(ofEqual, fraction, f32x4.eq(width, height)));
  const inQuarter = select4(complement(arc), arc, isSteep);
  const behind = f32x4.sub(f32x4.splat(PI), f32x4.sub(inQuarter, f32x4.splat(REST_OF_PI)));
  const angle = copySign(select4(behind, inQuarter, i32x4.shr_s(x, 31)), y);
  return select4(angle, f32x4.add(x, y), v128.and(f32x4.eq(x, x), f32x4.eq(y, y)));
}
