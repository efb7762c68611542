import * as functions from './unary-functions.as';

// The functions that emitted code calls, four lanes at a time, named like tfjs' kernels.

export function Acos(x: v128): v128 {
  return changetype<functions.Acos>(0).of(x);
}
export function Acosh(x: v128): v128 {
  return changetype<functions.Acosh>(0).of(x);
}
export function Asin(x: v128): v128 {
  return changetype<functions.Asin>(0).of(x);
}
export function Asinh(x: v128): v128 {
  return changetype<functions.Asinh>(0).of(x);
}
export function Atan(x: v128): v128 {
  return changetype<functions.Atan>(0).of(x);
}
export function Atanh(x: v128): v128 {
  return changetype<functions.Atanh>(0).of(x);
}
export function Cos(x: v128): v128 {
  return changetype<functions.Cos>(0).of(x);
}
export function Cosh(x: v128): v128 {
  return changetype<functions.Cosh>(0).of(x);
}
export function Elu(x: v128): v128 {
  return changetype<functions.Elu>(0).of(x);
}
export function Erf(x: v128): v128 {
  return changetype<functions.Erf>(0).of(x);
}
export function Exp(x: v128): v128 {
  return changetype<functions.Exp>(0).of(x);
}
export function Expm1(x: v128): v128 {
  return changetype<functions.Expm1>(0).of(x);
}
export function Log(x: v128): v128 {
  return changetype<functions.Log>(0).of(x);
}
export function Log1p(x: v128): v128 {
  return changetype<functions.Log1p>(0).of(x);
}
export function Selu(x: v128): v128 {
  return changetype<functions.Selu>(0).of(x);
}
export function Sigmoid(x: v128): v128 {
  return changetype<functions.Sigmoid>(0).of(x);
}
export function Sin(x: v128): v128 {
  return changetype<functions.Sin>(0).of(x);
}
export function Sinh(x: v128): v128 {
  return changetype<functions.Sinh>(0).of(x);
}
export function Softplus(x: v128): v128 {
  return changetype<functions.Softplus>(0).of(x);
}
export function Tan(x: v128): v128 {
  return changetype<functions.Tan>(0).of(x);
}
export function Tanh(x: v128): v128 {
  return changetype<functions.Tanh>(0).of(x);
}
