/** The first two of four floats as doubles. */
// @ts-ignore: decorator
@inline
export function lowDoubles(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** The last two of four floats as doubles. */
// @ts-ignore: decorator
@inline
export function highDoubles(x: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1));
}

/** Two and two doubles, rounded to four floats. */
// @ts-ignore: decorator
@inline
export function floatsOf(low: v128, high: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** 1.5 * 2^52: a sum with it has the nearest integer in its low bits. */
// @ts-ignore: decorator
@inline
export const DOUBLE_ROUNDER: f64 = 6755399441055744;

/** `a * b + c` in two lanes: one rounding where the build and the machine have a fused instruction, two elsewhere. */
// @ts-ignore: decorator
@inline
export function multiplyAddDoubles(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** The next step of Horner's rule: `sum * x + coefficient`. */
// @ts-ignore: decorator
@inline
export function doubleStep(sum: v128, x: v128, coefficient: f64): v128 {
  return multiplyAddDoubles(sum, x, f64x2.splat(coefficient));
}

/** `mask ? yes : no` in two lanes; the bits of a lane's mask are all ones or all zeros. */
// @ts-ignore: decorator
@inline
export function select2(yes: v128, no: v128, mask: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i64x2.relaxed_laneselect(yes, no, mask);
  return v128.bitselect(yes, no, mask);
}
