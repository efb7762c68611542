import { loadPartial, partStart, storePartial } from './vector.as';

/** What is added up or multiplied. */
const enum Kind {
  Sum,
  Product,
  IntegerSum,
}

// @ts-ignore: decorator
@inline
function next(kind: i32, value: v128, x: v128): v128 {
  if (kind == Kind.Sum) return f32x4.add(value, x);
  return kind == Kind.Product ? f32x4.mul(value, x) : i32x4.add(value, x);
}

/** Columns that are walked together, so that memory is read in order and the row before is still in the nearest cache. */
// @ts-ignore: decorator
@inline
const SLICE: i32 = 256;

/** What comes before the first element. */
// @ts-ignore: decorator
@inline
function first(kind: i32): v128 {
  return kind == Kind.Product ? f32x4.splat(1) : i32x4.splat(0);
}

/** One column, of which the values so far need not be read again. */
// @ts-ignore: decorator
@inline
function cumulateColumn(kind: i32, x: usize, y: usize, rows: i32, step: usize, isExclusive: i32): void {
  let value = first(kind);
  if (!isExclusive) {
    value = v128.load32_zero(x);
    v128.store_lane<f32>(y, value, 0);
    x += step;
    y += step;
    rows--;
  }
  for (; rows > 0; rows--) {
    const all = next(kind, value, v128.load32_zero(x));
    v128.store_lane<f32>(y, isExclusive ? value : all, 0);
    value = all;
    x += step;
    y += step;
  }
}

/** `count` columns, row by row: each is the row before it joined with its own elements, or with those of the row before. */
// @ts-ignore: decorator
@inline
function cumulateColumns(kind: i32, x: usize, y: usize, rows: i32, step: usize, count: i32, isExclusive: i32): void {
  for (let column = 0; column < count; column += 4) {
    const shift = <usize>column << 2;
    const left = count - column;
    storePartial(y + shift, isExclusive ? first(kind) : loadPartial(x + shift, left), left);
  }
  const source = isExclusive ? x : x + step;
  for (let row = 1; row < rows; row++) {
    const before = y + (row - 1) * step;
    const from = source + (row - 1) * step;
    for (let column = 0; column < count; column += 4) {
      const shift = <usize>column << 2;
      const left = count - column;
      storePartial(before + step + shift, next(kind, loadPartial(before + shift, left), loadPartial(from + shift, left)), left);
    }
  }
}

/**
 * Sums or products of all elements up to each one along the middle axis of [outer, rows, columns]; without that one itself where `isExclusive`,
 * from the last element on where `isReverse`. Items are slices of the columns of one of the `outer` matrices.
 */
// @ts-ignore: decorator
@inline
function cumulate(kind: i32, task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32, isExclusive: i32, isReverse: i32): void {
  const slices = (columns + SLICE - 1) / SLICE;
  const items = outer * slices;
  const end = partStart(items, task + 1, tasks);
  const step = isReverse ? -(columns << 2) : columns << 2;
  const start = isReverse ? ((rows - 1) * columns) << 2 : 0;
  for (let item = partStart(items, task, tasks); item < end; item++) {
    const matrix = item / slices;
    const column = (item - matrix * slices) * SLICE;
    const shift = ((<usize>matrix * rows * columns + column) << 2) + start;
    if (columns == 1) cumulateColumn(kind, x + shift, y + shift, rows, step, isExclusive);
    else cumulateColumns(kind, x + shift, y + shift, rows, step, min(SLICE, columns - column), isExclusive);
  }
}

export function cumulativeSum(task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32, isExclusive: i32, isReverse: i32): void {
  cumulate(Kind.Sum, task, tasks, x, y, outer, rows, columns, isExclusive, isReverse);
}

export function cumulativeProduct(task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32, isExclusive: i32, isReverse: i32): void {
  cumulate(Kind.Product, task, tasks, x, y, outer, rows, columns, isExclusive, isReverse);
}

export function integerCumulativeSum(task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32, isExclusive: i32, isReverse: i32): void {
  cumulate(Kind.IntegerSum, task, tasks, x, y, outer, rows, columns, isExclusive, isReverse);
}
