import { cos4, sin4 } from './trigonometry.as';
import { erf4, exp4, expm1OfNegative4, log4, softplus4, tanh4 } from './vector-math.as';

export function Cos(x: v128): v128 {
  return cos4(x);
}

export function Exp(x: v128): v128 {
  return exp4(x);
}

/** `e^x - 1` within 4 units in the last place, without cancellation near 0. */
export function Expm1(x: v128): v128 {
  // Above 0: (1 - e^-x) e^x, of which the first factor is exact near 0.
  const ofNegative = expm1OfNegative4(v128.or(x, i32x4.splat(0x80000000)));
  const isNegative = i32x4.shr_s(x, 31);
  const ofPositive = f32x4.mul(f32x4.neg(ofNegative), exp4(x));
  return v128.bitselect(ofNegative, ofPositive, isNegative);
}

export function Log(x: v128): v128 {
  return log4(x);
}

/** `ln(1 + x)` within 2 units in the last place: the rounding of `1 + x` is made up for. */
export function Log1p(x: v128): v128 {
  const sum = f32x4.add(x, f32x4.splat(1));
  const lost = f32x4.sub(x, f32x4.sub(sum, f32x4.splat(1)));
  const plain = log4(sum);
  const isLost = f32x4.gt(f32x4.abs(lost), f32x4.splat(0));
  return v128.bitselect(f32x4.add(plain, f32x4.div(lost, sum)), plain, isLost);
}

export function Tanh(x: v128): v128 {
  return tanh4(x);
}

/** `1 / (1 + e^-x)` within 3 units in the last place. */
export function Sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))));
}

export function Erf(x: v128): v128 {
  return erf4(x);
}

export function Sin(x: v128): v128 {
  return sin4(x);
}

export function Softplus(x: v128): v128 {
  return softplus4(x);
}
