/**
 * `e^x` for `x <= 0` in double precision, with the bits of the engines' own `Math.exp`, or NaN.
 *
 * @see fdlibm, e_exp.c (Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and distribute this
 * software is freely granted, provided that this notice is preserved.)
 */
export function exponentialOfNegative(x: f64): f64 {
  if (x != x) return x;
  if (x < -745.1332191019411) return 0;
  // The bounds are those of fdlibm, which looks at the upper half of the number.
  const upper = <i32>(reinterpret<u64>(x) >> 32) & 0x7fffffff;
  if (upper < 0x3e300000) return 1 + x;
  let whole: i32 = 0;
  let high: f64 = x;
  let low: f64 = 0;
  let rest = x;
  if (upper > 0x3fd62e42) {
    whole = upper < 0x3ff0a2b2 ? -1 : <i32>(1.4426950408889634 * x - 0.5);
    high = x - <f64>whole * 0.6931471803691238;
    low = <f64>whole * 1.9082149292705877e-10;
    rest = high - low;
  }
  const square = rest * rest;
  const c = rest - square * (0.16666666666666602 + square * (-0.0027777777777015593 + square * (0.00006613756321437934 + square * (-0.0000016533902205465252 + square * 4.1381367970572385e-8))));
  if (whole == 0) return 1 - (rest * c / (c - 2) - rest);
  const y = 1 - (low - rest * c / (2 - c) - high);
  // Subnormal results are scaled twice.
  const isSubnormal = whole < -1021;
  const power = reinterpret<f64>((<i64>(1023 + (isSubnormal ? whole + 1000 : whole))) << 52);
  return isSubnormal ? y * power * 9.332636185032189e-302 : y * power;
}
