import {
  Abs,
  Acos,
  Acosh,
  Asin,
  Asinh,
  Atan,
  Atanh,
  Ceil,
  ClipByValue,
  Cos,
  Cosh,
  Elu,
  Erf,
  Exp,
  Expm1,
  Floor,
  IsFinite,
  IsInf,
  IsNan,
  LeakyRelu,
  Log,
  Log1p,
  Neg,
  Reciprocal,
  Relu,
  Relu6,
  Round,
  Rsqrt,
  Selu,
  Sigmoid,
  Sign,
  Sin,
  Sinh,
  Softplus,
  Sqrt,
  Square,
  Step,
  Tan,
  Tanh,
} from './unary-functions.as';
import { loadPartial, partStart, storePartial } from './vector.as';

/** A function without parameters as one with two. */
@final class Plain<F> { @inline of(x: v128, _p: v128, _q: v128): v128 { return changetype<F>(0).of(x); } }

/** `y[i] = F(x[i])`. Items are groups of 16 elements, a cache line each. */
// @ts-ignore: decorator
@inline
function polynomial<F>(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  const groups = (size + 15) / 16;
  const first = partStart(groups, task, tasks) * 16;
  let from = x + (<usize>first << 2);
  let to = y + (<usize>first << 2);
  for (let left = min(size, partStart(groups, task + 1, tasks) * 16) - first; left > 0; left -= 4) {
    storePartial(to, changetype<F>(0).of(loadPartial(from, left)), left);
    from += 16;
    to += 16;
  }
}

/** The same for functions of a few instructions, with the parameters p and q: they leave time for nothing else in the loop. */
// @ts-ignore: decorator
@inline
function sweep<F>(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: v128, q: v128): void {
  const groups = (size + 15) / 16;
  const first = partStart(groups, task, tasks) * 16;
  const f = changetype<F>(0);
  let from = x + (<usize>first << 2);
  let to = y + (<usize>first << 2);
  let left = min(size, partStart(groups, task + 1, tasks) * 16) - first;
  for (; left >= 16; left -= 16) {
    v128.store(to, f.of(v128.load(from), p, q));
    v128.store(to, f.of(v128.load(from, 16), p, q), 16);
    v128.store(to, f.of(v128.load(from, 32), p, q), 32);
    v128.store(to, f.of(v128.load(from, 48), p, q), 48);
    from += 64;
    to += 64;
  }
  for (; left > 0; left -= 4) {
    storePartial(to, f.of(loadPartial(from, left), p, q), left);
    from += 16;
    to += 16;
  }
}

// @ts-ignore: decorator
@inline
function instructions<F>(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  sweep<Plain<F>>(task, tasks, x, y, size, i32x4.splat(0), i32x4.splat(0));
}

// @ts-ignore: decorator
@inline
function parametric<F>(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  sweep<F>(task, tasks, x, y, size, f32x4.splat(p), f32x4.splat(q));
}

/** With the bits of constant parameters. V8 would make a constant anew for each use, but cannot know that these do not depend on the task. */
// @ts-ignore: decorator
@inline
function constant<F>(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: i32, q: i32): void {
  const zero = task >> 31;
  sweep<F>(task, tasks, x, y, size, i32x4.splat(p ^ zero), i32x4.splat(q ^ zero));
}

/** `y[i]` is whether the test F holds for `x[i]`. Items are groups of 16 elements. */
// @ts-ignore: decorator
@inline
function test<F>(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  const groups = (size + 15) / 16;
  const first = partStart(groups, task, tasks) * 16;
  const f = changetype<F>(0);
  let from = x + (<usize>first << 2);
  let to = y + first;
  let left = min(size, partStart(groups, task + 1, tasks) * 16) - first;
  for (; left >= 16; left -= 16) {
    const low = i16x8.narrow_i32x4_s(f.of(v128.load(from)), f.of(v128.load(from, 16)));
    const high = i16x8.narrow_i32x4_s(f.of(v128.load(from, 32)), f.of(v128.load(from, 48)));
    v128.store(to, v128.and(i8x16.narrow_i16x8_s(low, high), i8x16.splat(1)));
    from += 64;
    to += 16;
  }
  for (; left > 0; left--) {
    store<u8>(to++, <u8>(i32x4.extract_lane(f.of(v128.load32_zero(from)), 0) & 1));
    from += 4;
  }
}

export function acos(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Acos>(task, tasks, x, y, size);
}
export function acosh(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Acosh>(task, tasks, x, y, size);
}
export function asin(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Asin>(task, tasks, x, y, size);
}
export function asinh(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Asinh>(task, tasks, x, y, size);
}
export function atan(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Atan>(task, tasks, x, y, size);
}
export function atanh(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Atanh>(task, tasks, x, y, size);
}
export function cos(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Cos>(task, tasks, x, y, size);
}
export function cosh(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Cosh>(task, tasks, x, y, size);
}
export function elu(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Elu>(task, tasks, x, y, size);
}
export function erf(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Erf>(task, tasks, x, y, size);
}
export function exp(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Exp>(task, tasks, x, y, size);
}
export function expm1(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Expm1>(task, tasks, x, y, size);
}
export function log(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Log>(task, tasks, x, y, size);
}
export function log1p(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Log1p>(task, tasks, x, y, size);
}
export function selu(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Selu>(task, tasks, x, y, size);
}
export function sigmoid(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Sigmoid>(task, tasks, x, y, size);
}
export function sin(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Sin>(task, tasks, x, y, size);
}
export function sinh(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Sinh>(task, tasks, x, y, size);
}
export function softplus(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Softplus>(task, tasks, x, y, size);
}
export function tan(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Tan>(task, tasks, x, y, size);
}
export function tanh(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  polynomial<Tanh>(task, tasks, x, y, size);
}

export function ceil(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  instructions<Ceil>(task, tasks, x, y, size);
}
export function floor(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  instructions<Floor>(task, tasks, x, y, size);
}
export function reciprocal(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  instructions<Reciprocal>(task, tasks, x, y, size);
}
export function round(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  instructions<Round>(task, tasks, x, y, size);
}
export function rsqrt(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  instructions<Rsqrt>(task, tasks, x, y, size);
}
export function sign(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  instructions<Sign>(task, tasks, x, y, size);
}
export function sqrt(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  instructions<Sqrt>(task, tasks, x, y, size);
}
export function square(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  instructions<Square>(task, tasks, x, y, size);
}

export function isFinite(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  test<IsFinite>(task, tasks, x, y, size);
}
export function isInf(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  test<IsInf>(task, tasks, x, y, size);
}
export function isNan(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  test<IsNan>(task, tasks, x, y, size);
}

export function abs(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  constant<Abs>(task, tasks, x, y, size, 0x7fffffff, 0);
}
export function neg(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  constant<Neg>(task, tasks, x, y, size, 0x80000000, 0);
}
export function relu(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  constant<Relu>(task, tasks, x, y, size, 0x7fffffff, 0);
}
export function relu6(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  constant<Relu6>(task, tasks, x, y, size, 0x7fffffff, reinterpret<i32>(<f32>6));
}

export function clipByValue(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  parametric<ClipByValue>(task, tasks, x, y, size, p, q);
}
export function leakyRelu(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  parametric<LeakyRelu>(task, tasks, x, y, size, p, q);
}
export function step(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  parametric<Step>(task, tasks, x, y, size, p, q);
}
