import { copySign, halfExp4, logOfSum, lostOfSum } from './vector-math.as';
import { multiplyAdd, select4 } from './vector.as';

/** `sinh(x)` within 3 units in the last place: Cephes' polynomial (Moshier, 1992) below 1, `e^x / 2 - e^-x / 2` above. */
export function sinh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const half = halfExp4(size);
  const far = f32x4.sub(half, f32x4.div(f32x4.splat(0.25), half));
  const square = f32x4.mul(size, size);
  let sum = multiplyAdd(f32x4.splat(2.03721912945e-4), square, f32x4.splat(8.33028376239e-3));
  sum = multiplyAdd(sum, square, f32x4.splat(1.66667160211e-1));
  const near = multiplyAdd(f32x4.mul(sum, square), size, size);
  return copySign(select4(near, far, f32x4.lt(size, f32x4.splat(1))), x);
}

/** `cosh(x) = e^|x| / 2 + e^-|x| / 2` within 3 units in the last place. */
export function cosh4(x: v128): v128 {
  const half = halfExp4(f32x4.abs(x));
  return f32x4.add(half, f32x4.div(f32x4.splat(0.25), half));
}

/** From here on inverse functions are `ln(2x)`. */
// @ts-ignore: decorator
@inline
const LARGE: f32 = 4096;

/** `ln(1 + more)`, or `ln(2 size)` where that is large: for `size` from 0 to Infinity. */
// @ts-ignore: decorator
@inline
function logOfMore(more: v128, size: v128): v128 {
  const isLarge = f32x4.ge(size, f32x4.splat(LARGE));
  const one = f32x4.splat(1);
  const sum = f32x4.add(more, one);
  const lost = v128.andnot(lostOfSum(more, sum), isLarge);
  const result = logOfSum(select4(size, sum, isLarge), lost, v128.and(isLarge, one));
  return select4(result, size, f32x4.lt(size, f32x4.splat(Infinity)));
}

/** `asinh(x) = ln(1 + |x| + x^2 / (1 + sqrt(1 + x^2)))` within 2 units in the last place. */
export function asinh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const square = f32x4.mul(size, size);
  const one = f32x4.splat(1);
  const root = f32x4.sqrt(f32x4.add(square, one));
  const more = f32x4.add(size, f32x4.div(square, f32x4.add(root, one)));
  return copySign(logOfMore(more, size), x);
}

/** `acosh(x) = ln(1 + t + sqrt(t (t + 2)))` with `t = x - 1`, within 2 units in the last place; NaN below 1. */
export function acosh4(x: v128): v128 {
  const t = f32x4.sub(x, f32x4.splat(1));
  const more = f32x4.add(t, f32x4.sqrt(f32x4.mul(t, f32x4.add(t, f32x4.splat(2)))));
  return select4(logOfMore(more, x), f32x4.splat(NaN), f32x4.ge(t, f32x4.splat(0)));
}

/** `atanh(x) = ln(1 + 2 |x| / (1 - |x|)) / 2` within 3 units in the last place. */
export function atanh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const one = f32x4.splat(1);
  const more = f32x4.div(f32x4.add(size, size), f32x4.sub(one, size));
  const sum = f32x4.add(more, one);
  const twice = logOfSum(sum, lostOfSum(more, sum), f32x4.splat(0));
  const special = select4(f32x4.splat(Infinity), f32x4.splat(NaN), f32x4.eq(size, one));
  return copySign(select4(f32x4.mul(twice, f32x4.splat(0.5)), special, f32x4.lt(size, one)), x);
}
