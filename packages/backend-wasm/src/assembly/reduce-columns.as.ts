import { Operation, combine, identity, loadOrIdentity } from './reduce-operation.as';
import { partStart, storePartial } from './vector.as';

/** Joins `rows` rows of `columns` values, column by column, and stores the results, joined with what is there already unless `isFirst`. */
// @ts-ignore: decorator
@inline
function joinRows(op: i32, from: usize, rowBytes: usize, rows: i32, columns: i32, to: usize, isFirst: bool): void {
  let left = columns;
  // A cache line of every row, so that memory is read in as many orderly streams as there are rows.
  for (; left >= 16; left -= 16) {
    let value0 = identity(op);
    let value1 = value0;
    let value2 = value0;
    let value3 = value0;
    let at = from;
    for (let row = 0; row < rows; row++) {
      value0 = combine(op, value0, v128.load(at));
      value1 = combine(op, value1, v128.load(at, 16));
      value2 = combine(op, value2, v128.load(at, 32));
      value3 = combine(op, value3, v128.load(at, 48));
      at += rowBytes;
    }
    v128.store(to, isFirst ? value0 : combine(op, v128.load(to), value0));
    v128.store(to, isFirst ? value1 : combine(op, v128.load(to, 16), value1), 16);
    v128.store(to, isFirst ? value2 : combine(op, v128.load(to, 32), value2), 32);
    v128.store(to, isFirst ? value3 : combine(op, v128.load(to, 48), value3), 48);
    from += 64;
    to += 64;
  }
  for (; left > 0; left -= 4) {
    let value = identity(op);
    let at = from;
    for (let row = 0; row < rows; row++) {
      value = combine(op, value, loadOrIdentity(op, at, left));
      at += rowBytes;
    }
    storePartial(to, isFirst ? value : combine(op, loadOrIdentity(op, to, left), value), left);
    from += 16;
    to += 16;
  }
}

/**
 * Reduces `outer` matrices of `size` values in rows of `width`, column by column, every one cut into `splits` pieces, to `y` of
 * [outer, splits, width]. The last row may be incomplete. Float sums are divided by `divisor`. Items are pieces times `columnParts` slices of
 * their columns. Eight rows at a time are added up by themselves first.
 */
// @ts-ignore: decorator
@inline
function reduceColumns(op: i32, task: i32, tasks: i32, x: usize, y: usize, outer: i32, size: i32, width: i32, splits: i32, columnParts: i32, divisor: f64): void {
  const rows = size / width;
  const rest = size - rows * width;
  const groups = (width + 15) / 16;
  const rowBytes = <usize>width << 2;
  const divisors = f32x4.splat(<f32>divisor);
  const items = outer * splits * columnParts;
  const end = partStart(items, task + 1, tasks);
  for (let item = partStart(items, task, tasks); item < end; item++) {
    const piece = item / columnParts;
    const part = item - piece * columnParts;
    const matrix = piece / splits;
    const split = piece - matrix * splits;
    const column0 = partStart(groups, part, columnParts) * 16;
    const columns = min(width, partStart(groups, part + 1, columnParts) * 16) - column0;
    const row0 = partStart(rows, split, splits);
    let left = partStart(rows, split + 1, splits) - row0;
    let from = x + ((<usize>matrix * size + <usize>row0 * width + column0) << 2);
    const to = y + ((<usize>piece * width + column0) << 2);
    const few = ((left - 1) & 7) + 1;
    joinRows(op, from, rowBytes, few, columns, to, true);
    from += <usize>few * rowBytes;
    for (left -= few; left > 0; left -= 8) {
      joinRows(op, from, rowBytes, 8, columns, to, false);
      from += 8 * rowBytes;
    }
    if (split == splits - 1 && rest > column0) joinRows(op, from, rowBytes, 1, min(columns, rest - column0), to, false);
    if (op != Operation.Sum || divisor == 1) continue;
    for (let column = 0; column < columns; column += 4) {
      const at = to + (<usize>column << 2);
      storePartial(at, f32x4.div(loadOrIdentity(op, at, columns - column), divisors), columns - column);
    }
  }
}

export function sumColumns(task: i32, tasks: i32, x: usize, y: usize, outer: i32, size: i32, width: i32, splits: i32, columnParts: i32, divisor: f64): void {
  reduceColumns(Operation.Sum, task, tasks, x, y, outer, size, width, splits, columnParts, divisor);
}

export function maximumColumns(task: i32, tasks: i32, x: usize, y: usize, outer: i32, size: i32, width: i32, splits: i32, columnParts: i32, divisor: f64): void {
  reduceColumns(Operation.Maximum, task, tasks, x, y, outer, size, width, splits, columnParts, divisor);
}

export function minimumColumns(task: i32, tasks: i32, x: usize, y: usize, outer: i32, size: i32, width: i32, splits: i32, columnParts: i32, divisor: f64): void {
  reduceColumns(Operation.Minimum, task, tasks, x, y, outer, size, width, splits, columnParts, divisor);
}

export function productColumns(task: i32, tasks: i32, x: usize, y: usize, outer: i32, size: i32, width: i32, splits: i32, columnParts: i32, divisor: f64): void {
  reduceColumns(Operation.Product, task, tasks, x, y, outer, size, width, splits, columnParts, divisor);
}

export function integerSumColumns(task: i32, tasks: i32, x: usize, y: usize, outer: i32, size: i32, width: i32, splits: i32, columnParts: i32, divisor: f64): void {
  reduceColumns(Operation.IntegerSum, task, tasks, x, y, outer, size, width, splits, columnParts, divisor);
}

export function integerMaximumColumns(task: i32, tasks: i32, x: usize, y: usize, outer: i32, size: i32, width: i32, splits: i32, columnParts: i32, divisor: f64): void {
  reduceColumns(Operation.IntegerMaximum, task, tasks, x, y, outer, size, width, splits, columnParts, divisor);
}

export function integerMinimumColumns(task: i32, tasks: i32, x: usize, y: usize, outer: i32, size: i32, width: i32, splits: i32, columnParts: i32, divisor: f64): void {
  reduceColumns(Operation.IntegerMinimum, task, tasks, x, y, outer, size, width, splits, columnParts, divisor);
}
