import { erf4, exp4, expm1OfNegative4, log4, softplus4, tanh4 } from './vector-math.as';
import { loadPartial, partStart, storePartial } from './vector.as';

/** One function of four elements; `op` is a constant wherever this is inlined. */
// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128, p: v128, q: v128): v128 {
  const zero = f32x4.splat(0);
  if (op == 0) return exp4(x);
  if (op == 1) return log4(x);
  if (op == 2) return tanh4(x);
  if (op == 3) return erf4(x);
  if (op == 4) return softplus4(x);
  // Elu and Selu: p x, or q (e^x - 1) below 0.
  if (op == 5) return v128.bitselect(f32x4.mul(x, p), f32x4.mul(q, expm1OfNegative4(x)), f32x4.ge(x, zero));
  // LeakyRelu: x, or p x below 0.
  if (op == 6) return v128.bitselect(f32x4.mul(x, p), x, f32x4.lt(x, zero));
  if (op == 7) return f32x4.sqrt(x);
  if (op == 8) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  if (op == 9) return f32x4.div(f32x4.splat(1), x);
  // Sign.
  return v128.or(v128.and(f32x4.gt(x, zero), f32x4.splat(1)), v128.and(f32x4.lt(x, zero), f32x4.splat(-1)));
}

// @ts-ignore: decorator
@inline
function sweep(op: i32, from: usize, to: usize, count: i32, p: v128, q: v128): void {
  let left = count;
  // A single instruction leaves time for nothing else in the loop; the processor overlaps polynomials by itself.
  if (op > 5) {
    for (; left >= 16; left -= 16) {
      v128.store(to, apply(op, v128.load(from), p, q));
      v128.store(to, apply(op, v128.load(from, 16), p, q), 16);
      v128.store(to, apply(op, v128.load(from, 32), p, q), 32);
      v128.store(to, apply(op, v128.load(from, 48), p, q), 48);
      from += 64;
      to += 64;
    }
  }
  for (; left >= 4; left -= 4) {
    v128.store(to, apply(op, v128.load(from), p, q));
    from += 16;
    to += 16;
  }
  if (left > 0) storePartial(to, apply(op, loadPartial(from, left), p, q), left);
}

/** `y[i] = op(x[i])` with the parameters p and q of the op. Items are groups of 16 elements, a cache line each. */
// @ts-ignore: decorator
@inline
function unary(op: i32, task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  const groups = (size + 15) / 16;
  const first = partStart(groups, task, tasks) * 16;
  const count = min(size, partStart(groups, task + 1, tasks) * 16) - first;
  const shift = <usize>first << 2;
  sweep(op, x + shift, y + shift, count, f32x4.splat(p), f32x4.splat(q));
}

export function exp(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  unary(0, task, tasks, x, y, size, p, q);
}

export function log(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  unary(1, task, tasks, x, y, size, p, q);
}

export function tanh(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  unary(2, task, tasks, x, y, size, p, q);
}

export function erf(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  unary(3, task, tasks, x, y, size, p, q);
}

export function softplus(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  unary(4, task, tasks, x, y, size, p, q);
}

export function elu(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  unary(5, task, tasks, x, y, size, p, q);
}

export function leakyRelu(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  unary(6, task, tasks, x, y, size, p, q);
}

export function sqrt(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  unary(7, task, tasks, x, y, size, p, q);
}

export function rsqrt(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  unary(8, task, tasks, x, y, size, p, q);
}

export function reciprocal(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  unary(9, task, tasks, x, y, size, p, q);
}

export function sign(task: i32, tasks: i32, x: usize, y: usize, size: i32, p: f32, q: f32): void {
  unary(10, task, tasks, x, y, size, p, q);
}
