import { DOUBLE_ROUNDER, doubleStep, floatsOf, highDoubles, lowDoubles, multiplyAddDoubles } from './doubles.as';
import { select4 } from './vector.as';

/** The bits of sqrt(1/2). Taking them away makes the exponent field count from there. */
// @ts-ignore: decorator
@inline
const ROOT_OF_HALF: i64 = 0x3fe6a09e667f3bcd;

/** `log2(x)` of two positive normal doubles within 2^-44 of itself: a polynomial in the square of `s = (m - 1) / (m + 1)`. */
// @ts-ignore: decorator
@inline
function log2OfTwo(x: v128): v128 {
  const shifted = i64x2.sub(x, i64x2.splat(ROOT_OF_HALF));
  const high = i32x4.shr_s(shifted, 20);
  const exponent = f64x2.convert_low_i32x4_s(i32x4.shuffle(high, high, 1, 3, 1, 3));
  const mantissa = i64x2.add(v128.and(shifted, i64x2.splat(0x000fffffffffffff)), i64x2.splat(ROOT_OF_HALF));
  const one = f64x2.splat(1);
  const s = f64x2.div(f64x2.sub(mantissa, one), f64x2.add(mantissa, one));
  const z = f64x2.mul(s, s);
  let sum = doubleStep(f64x2.splat(0.2829042884138023), z, 0.3199054407703532);
  sum = doubleStep(sum, z, 0.4122092576092916);
  sum = doubleStep(sum, z, 0.577077942324104);
  sum = doubleStep(sum, z, 0.9617966941134409);
  sum = doubleStep(sum, z, 2.8853900817778495);
  return multiplyAddDoubles(sum, s, exponent);
}

/** `2^x` of two doubles within 2^-39 of itself, for x in [-200, 200]. */
// @ts-ignore: decorator
@inline
function exp2OfTwo(x: v128): v128 {
  const rounded = f64x2.add(x, f64x2.splat(DOUBLE_ROUNDER));
  const rest = f64x2.sub(x, f64x2.sub(rounded, f64x2.splat(DOUBLE_ROUNDER)));
  let sum = doubleStep(f64x2.splat(1.3259632396511738e-6), rest, 1.5310081289499065e-5);
  sum = doubleStep(sum, rest, 0.00015403433818050866);
  sum = doubleStep(sum, rest, 0.0013333450559684925);
  sum = doubleStep(sum, rest, 0.009618129193820124);
  sum = doubleStep(sum, rest, 0.05550410941216768);
  sum = doubleStep(sum, rest, 0.2402265069564115);
  sum = doubleStep(sum, rest, 0.69314718054593);
  sum = doubleStep(sum, rest, 1);
  return i64x2.add(sum, i64x2.shl(rounded, 52));
}

// @ts-ignore: decorator
@inline
function powerOfTwo(base: v128, exponent: v128): v128 {
  const product = f64x2.mul(log2OfTwo(base), exponent);
  return exp2OfTwo(f64x2.pmin(f64x2.pmax(product, f64x2.splat(-200)), f64x2.splat(200)));
}

/** What JavaScript says of a base that is negative, 0, infinite or NaN, or an exponent that is 0 or NaN; `power` is that of positive bases. */
function specialPower(x: v128, y: v128, power: v128): v128 {
  const zero = f32x4.splat(0);
  const infinity = f32x4.splat(Infinity);
  const size = f32x4.abs(x);
  const isInfinite = f32x4.eq(size, infinity);
  const isEdge = v128.or(isInfinite, f32x4.eq(size, zero));
  const edge = v128.and(infinity, v128.xor(isInfinite, f32x4.lt(y, zero)));
  const half = f32x4.mul(y, f32x4.splat(0.5));
  const isInteger = f32x4.eq(f32x4.trunc(y), y);
  const isOdd = v128.andnot(isInteger, f32x4.eq(f32x4.trunc(half), half));
  const sign = v128.and(v128.and(x, isOdd), i32x4.splat(0x80000000));
  let result = v128.or(select4(edge, power, isEdge), sign);
  const isNumber = v128.or(v128.or(f32x4.gt(x, zero), isEdge), isInteger);
  result = select4(result, f32x4.splat(NaN), v128.and(isNumber, v128.and(f32x4.eq(x, x), f32x4.eq(y, y))));
  return select4(f32x4.splat(1), result, f32x4.eq(y, zero));
}

/** `x^y` as `Math.pow` has it, within 0.51 units in the last place, through doubles. */
export function power4(x: v128, y: v128): v128 {
  const base = f32x4.abs(x);
  const power = floatsOf(powerOfTwo(lowDoubles(base), lowDoubles(y)), powerOfTwo(highDoubles(base), highDoubles(y)));
  const isPlain = v128.and(f32x4.gt(x, f32x4.splat(0)), v128.and(f32x4.lt(x, f32x4.splat(Infinity)), f32x4.eq(y, y)));
  return i32x4.all_true(isPlain) ? power : specialPower(x, y, power);
}
