// @ts-ignore: decorator
@inline
function step(sum: v128, x: v128, coefficient: f32): v128 {
  return f32x4.add(f32x4.mul(sum, x), f32x4.splat(coefficient));
}

/**
 * The natural logarithm of four positive normal floats, to about one unit in the last place: `e ln 2 + ln(m)` with m in [sqrt(1/2), sqrt(2)).
 * After Cephes' logf (Moshier, 1992).
 */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  // Taking away the bits of sqrt(1/2) makes the exponent field count from there.
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
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
  sum = f32x4.add(sum, f32x4.mul(exponent, f32x4.splat(-2.1219444e-4)));
  sum = f32x4.sub(sum, f32x4.mul(square, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(z, sum), f32x4.mul(exponent, f32x4.splat(0.693359375)));
}
