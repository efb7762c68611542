import { loadPartial } from './vector.as';

/** What a reduction does with two values: the sum, the maximum, the minimum or the product of floats, or one of the first three of integers. */
export const enum Operation {
  Sum,
  Maximum,
  Minimum,
  Product,
  IntegerSum,
  IntegerMaximum,
  IntegerMinimum,
}

/** The value that changes no other, in each lane; `op` is a constant wherever this is inlined. */
// @ts-ignore: decorator
@inline
export function identity(op: i32): v128 {
  if (op == Operation.Maximum) return f32x4.splat(-Infinity);
  if (op == Operation.Minimum) return f32x4.splat(Infinity);
  if (op == Operation.Product) return f32x4.splat(1);
  if (op == Operation.IntegerMaximum) return i32x4.splat(i32.MIN_VALUE);
  if (op == Operation.IntegerMinimum) return i32x4.splat(i32.MAX_VALUE);
  return i32x4.splat(0);
}

/** Joins two values in each lane. An extremum is NaN where either is: all bits set are a NaN, and a NaN on the left stays. */
// @ts-ignore: decorator
@inline
export function combine(op: i32, a: v128, b: v128): v128 {
  if (op == Operation.Sum) return f32x4.add(a, b);
  if (op == Operation.Maximum) return v128.or(f32x4.pmax(a, b), f32x4.ne(b, b));
  if (op == Operation.Minimum) return v128.or(f32x4.pmin(a, b), f32x4.ne(b, b));
  if (op == Operation.Product) return f32x4.mul(a, b);
  if (op == Operation.IntegerSum) return i32x4.add(a, b);
  if (op == Operation.IntegerMaximum) return i32x4.max_s(a, b);
  return i32x4.min_s(a, b);
}

/** Joins the four lanes, in every lane. */
// @ts-ignore: decorator
@inline
export function combineLanes(op: i32, value: v128): v128 {
  const pairs = combine(op, value, v128.shuffle<i32>(value, value, 2, 3, 0, 1));
  return combine(op, pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2));
}

/** Loads four values, or as many as `count` says and the identity in the other lanes. */
// @ts-ignore: decorator
@inline
export function loadOrIdentity(op: i32, pointer: usize, count: i32): v128 {
  if (count >= 4) return v128.load(pointer);
  return v128.bitselect(loadPartial(pointer, count), identity(op), i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}
