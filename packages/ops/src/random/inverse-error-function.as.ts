import { log4 } from '../assembly/log.as';

// @ts-ignore: decorator
@inline
function step(sum: v128, x: v128, coefficient: f32): v128 {
  return f32x4.add(f32x4.mul(sum, x), f32x4.splat(coefficient));
}

/** The inverse error function of four floats in (-1, 1): see inverse-error-function.ts, whose coefficients these are. */
// @ts-ignore: decorator
@inline
export function inverseErrorFunction4(x: v128): v128 {
  const one = f32x4.splat(1);
  const w = f32x4.neg(log4(f32x4.mul(f32x4.sub(one, x), f32x4.add(one, x))));
  const c = f32x4.sub(w, f32x4.splat(2.5));
  let central = f32x4.splat(2.81022636e-8);
  central = step(central, c, 3.43273939e-7);
  central = step(central, c, -3.5233877e-6);
  central = step(central, c, -4.39150654e-6);
  central = step(central, c, 0.00021858087);
  central = step(central, c, -0.00125372503);
  central = step(central, c, -0.00417768164);
  central = step(central, c, 0.246640727);
  central = step(central, c, 1.50140941);
  const isTail = f32x4.ge(w, f32x4.splat(5));
  if (!v128.any_true(isTail)) return f32x4.mul(central, x);
  const t = f32x4.sub(f32x4.sqrt(w), f32x4.splat(3));
  let tail = f32x4.splat(-0.000200214257);
  tail = step(tail, t, 0.000100950558);
  tail = step(tail, t, 0.00134934322);
  tail = step(tail, t, -0.00367342844);
  tail = step(tail, t, 0.00573950773);
  tail = step(tail, t, -0.0076224613);
  tail = step(tail, t, 0.00943887047);
  tail = step(tail, t, 1.00167406);
  tail = step(tail, t, 2.83297682);
  return f32x4.mul(v128.bitselect(tail, central, isTail), x);
}
