import { Operation, combine, combineLanes, identity, loadOrIdentity } from './reduce-operation.as';
import { gather, loadPartial, partStart } from './vector.as';

/** Below this length four rows are reduced at once. */
// @ts-ignore: decorator
@inline
const SHORT_ROW: i32 = 16;

/** Floats that are added up in single precision before their sum goes on in double precision. */
// @ts-ignore: decorator
@inline
const BLOCK: i32 = 512;

/** Both halves of four floats in double precision, added up. */
// @ts-ignore: decorator
@inline
function promoted(value: v128): v128 {
  return f64x2.add(f64x2.promote_low_f32x4(value), f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 0, 1)));
}

/** The sum of `count` floats: sixteen chains of at most 32 additions each, the rest in double precision. */
function sumOfRun(from: usize, count: i32): f64 {
  let total = f64x2.splat(0);
  let left = count;
  while (left >= 16) {
    const block = min(left, BLOCK) & ~15;
    left -= block;
    const end = from + (<usize>block << 2);
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    for (; from < end; from += 64) {
      sum0 = f32x4.add(sum0, v128.load(from));
      sum1 = f32x4.add(sum1, v128.load(from, 16));
      sum2 = f32x4.add(sum2, v128.load(from, 32));
      sum3 = f32x4.add(sum3, v128.load(from, 48));
    }
    total = f64x2.add(total, promoted(f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3))));
  }
  let sum = f32x4.splat(0);
  for (; left > 0; left -= 4) {
    sum = f32x4.add(sum, loadPartial(from, left));
    from += 16;
  }
  total = f64x2.add(total, promoted(sum));
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

/** All of `count` values joined, in every lane. */
// @ts-ignore: decorator
@inline
function resultOfRun(op: i32, from: usize, count: i32): v128 {
  let value0 = identity(op);
  let value1 = value0;
  let value2 = value0;
  let value3 = value0;
  let left = count;
  for (; left >= 16; left -= 16) {
    value0 = combine(op, value0, v128.load(from));
    value1 = combine(op, value1, v128.load(from, 16));
    value2 = combine(op, value2, v128.load(from, 32));
    value3 = combine(op, value3, v128.load(from, 48));
    from += 64;
  }
  for (; left > 0; left -= 4) {
    value0 = combine(op, value0, loadOrIdentity(op, from, left));
    from += 16;
  }
  return combineLanes(op, combine(op, combine(op, value0, value1), combine(op, value2, value3)));
}

/**
 * Reduces each of `rows` rows of `columns` values, every one cut into `splits` pieces, to `y` of [rows, splits]. Float sums are divided by
 * `divisor`. Items are pieces.
 */
// @ts-ignore: decorator
@inline
function reduceRows(op: i32, task: i32, tasks: i32, x: usize, y: usize, rows: i32, columns: i32, splits: i32, divisor: f64): void {
  const items = rows * splits;
  const end = partStart(items, task + 1, tasks);
  let item = partStart(items, task, tasks);
  const rowBytes = <usize>columns << 2;
  if (splits == 1 && columns < SHORT_ROW) {
    const divisors = f32x4.splat(<f32>divisor);
    for (; item + 4 <= end; item += 4) {
      const from = x + <usize>item * rowBytes;
      let value = identity(op);
      for (let at: usize = 0; at < rowBytes; at += 4) value = combine(op, value, gather(from + at, rowBytes));
      if (op == Operation.Sum) value = f32x4.div(value, divisors);
      v128.store(y + (<usize>item << 2), value);
    }
  }
  const groups = (columns + 15) / 16;
  let row = item / splits;
  let split = item % splits;
  for (; item < end; item++) {
    const first = splits == 1 ? 0 : partStart(groups, split, splits) * 16;
    const last = splits == 1 ? columns : min(columns, partStart(groups, split + 1, splits) * 16);
    const from = x + <usize>row * rowBytes + (<usize>first << 2);
    const to = y + (<usize>item << 2);
    if (op == Operation.Sum) store<f32>(to, <f32>(sumOfRun(from, last - first) / divisor));
    else v128.store_lane<f32>(to, resultOfRun(op, from, last - first), 0);
    if (++split == splits) {
      split = 0;
      row++;
    }
  }
}

export function sumRows(task: i32, tasks: i32, x: usize, y: usize, rows: i32, columns: i32, splits: i32, divisor: f64): void {
  reduceRows(Operation.Sum, task, tasks, x, y, rows, columns, splits, divisor);
}

export function maximumRows(task: i32, tasks: i32, x: usize, y: usize, rows: i32, columns: i32, splits: i32, divisor: f64): void {
  reduceRows(Operation.Maximum, task, tasks, x, y, rows, columns, splits, divisor);
}

export function minimumRows(task: i32, tasks: i32, x: usize, y: usize, rows: i32, columns: i32, splits: i32, divisor: f64): void {
  reduceRows(Operation.Minimum, task, tasks, x, y, rows, columns, splits, divisor);
}

export function productRows(task: i32, tasks: i32, x: usize, y: usize, rows: i32, columns: i32, splits: i32, divisor: f64): void {
  reduceRows(Operation.Product, task, tasks, x, y, rows, columns, splits, divisor);
}

export function integerSumRows(task: i32, tasks: i32, x: usize, y: usize, rows: i32, columns: i32, splits: i32, divisor: f64): void {
  reduceRows(Operation.IntegerSum, task, tasks, x, y, rows, columns, splits, divisor);
}

export function integerMaximumRows(task: i32, tasks: i32, x: usize, y: usize, rows: i32, columns: i32, splits: i32, divisor: f64): void {
  reduceRows(Operation.IntegerMaximum, task, tasks, x, y, rows, columns, splits, divisor);
}

export function integerMinimumRows(task: i32, tasks: i32, x: usize, y: usize, rows: i32, columns: i32, splits: i32, divisor: f64): void {
  reduceRows(Operation.IntegerMinimum, task, tasks, x, y, rows, columns, splits, divisor);
}
