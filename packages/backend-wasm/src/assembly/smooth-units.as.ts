import { erf4, expOfNegative4, sigmoid4 } from './vector-math.as';
import { multiplyAdd } from './vector.as';

/** `x` between `-bound` and `bound`; NaN is passed on. */
// @ts-ignore: decorator
@inline
function within(x: v128, bound: f32): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(-bound)), f32x4.splat(bound));
}

/** `(1 + erf(x / sqrt(2))) / 2`: the part of a normal distribution below x. */
// @ts-ignore: decorator
@inline
function normalBelow(x: v128): v128 {
  const half = f32x4.splat(0.5);
  return multiplyAdd(erf4(f32x4.mul(x, f32x4.splat(0.70710678))), half, half);
}

/** `gelu(x) = x (1 + erf(x / sqrt(2))) / 2`, within 2^-22 |x|. */
export function gelu4(x: v128): v128 {
  return f32x4.mul(x, normalBelow(x));
}

/** `gelu'(x) = (1 + erf(x / sqrt(2))) / 2 + x e^(-x^2 / 2) / sqrt(2 pi)`, within 2^-21. */
export function geluSlope4(x: v128): v128 {
  // Beyond it the second term is 0.
  const near = within(x, 14);
  const density = expOfNegative4(f32x4.mul(f32x4.mul(near, near), f32x4.splat(-0.5)));
  return multiplyAdd(f32x4.mul(near, f32x4.splat(0.39894228)), density, normalBelow(x));
}

// @ts-ignore: decorator
@inline
const SLOPE: f32 = 1.59576912;
// @ts-ignore: decorator
@inline
const CUBE: f32 = 0.07135482;

/** `x s` with `s = sigmoid(2 sqrt(2/pi) (x + 0.044715 x^3))`, within 2^-20 |x|. */
export function geluTanh4(x: v128): v128 {
  const inner = multiplyAdd(f32x4.mul(x, x), f32x4.splat(CUBE), f32x4.splat(SLOPE));
  return f32x4.mul(x, sigmoid4(f32x4.mul(x, inner)));
}

/** The slope of {@link geluTanh4}, `s + x s (1 - s) 2 sqrt(2/pi) (1 + 3 * 0.044715 x^2)`, within 2^-18. */
export function geluTanhSlope4(x: v128): v128 {
  // Beyond it `s` is 0 or 1.
  const near = within(x, 16);
  const square = f32x4.mul(near, near);
  const s = sigmoid4(f32x4.mul(near, multiplyAdd(square, f32x4.splat(CUBE), f32x4.splat(SLOPE))));
  const inner = f32x4.mul(near, multiplyAdd(square, f32x4.splat(3 * CUBE), f32x4.splat(SLOPE)));
  return multiplyAdd(f32x4.mul(s, f32x4.sub(f32x4.splat(1), s)), inner, s);
}

/** `silu(x) = x / (1 + e^-x)`, within 5 units in the last place; results below 2^-120 in size may be 0. */
export function silu4(x: v128): v128 {
  return f32x4.mul(x, sigmoid4(x));
}

/** `silu'(x) = s (1 + x (1 - s))` with `s = 1 / (1 + e^-x)`, within 2^-20. */
export function siluSlope4(x: v128): v128 {
  const s = sigmoid4(x);
  const one = f32x4.splat(1);
  return f32x4.mul(s, multiplyAdd(within(x, 128), f32x4.sub(one, s), one));
}
