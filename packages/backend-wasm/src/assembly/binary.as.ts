import { Binary, givesBools, takesBools } from './binary-operation.as';
import { binaryRow } from './binary-row.as';
import { partStart } from './vector.as';

/**
 * `y = op(a, b)` with both broadcast to [d2, d1, d0, length]; `y` has these axes without gaps, the last one perhaps incomplete so that there are
 * `size` elements. `a0` to `a2` and `b0` to `b2` are the strides of the operands in elements, `aStep` and `bStep` those of the last axis: 0 or
 * 1, not both 0. A row is cut into `pieces`, which are the items.
 */
// @ts-ignore: decorator
@inline
export function binary(
  op: i32, task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  const inputShift = takesBools(op) ? 0 : 2;
  const outputShift = givesBools(op) ? 0 : 2;
  const items = d0 * d1 * d2 * pieces;
  const groups = (length + 15) / 16;
  const end = partStart(items, task + 1, tasks);
  let item = partStart(items, task, tasks);
  let row = item / pieces;
  let piece = item - row * pieces;
  let i0 = row % d0;
  let i1 = (row / d0) % d1;
  let i2 = row / d0 / d1;
  for (; item < end; item++) {
    const first = pieces == 1 ? 0 : partStart(groups, piece, pieces) * 16;
    const last = min(pieces == 1 ? length : min(length, partStart(groups, piece + 1, pieces) * 16), size - row * length);
    binaryRow(
      op, aStep != 0, bStep != 0,
      a + (<usize>(i0 * a0 + i1 * a1 + i2 * a2 + first * aStep) << inputShift),
      b + (<usize>(i0 * b0 + i1 * b1 + i2 * b2 + first * bStep) << inputShift),
      y + (<usize>(row * length + first) << outputShift),
      last - first,
    );
    if (++piece < pieces) continue;
    piece = 0;
    row++;
    if (++i0 < d0) continue;
    i0 = 0;
    if (++i1 < d1) continue;
    i1 = 0;
    i2++;
  }
}

export function add(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Add, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function subtract(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Subtract, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function multiply(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Multiply, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function divide(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Divide, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function squaredDifference(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.SquaredDifference, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function maximum(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Maximum, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function minimum(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Minimum, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function prelu(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Prelu, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerAdd(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerAdd, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerSubtract(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerSubtract, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerMaximum(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerMaximum, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerMinimum(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerMinimum, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function less(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Less, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function lessEqual(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.LessEqual, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function equal(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Equal, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function notEqual(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.NotEqual, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerLess(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerLess, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerLessEqual(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerLessEqual, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerEqual(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerEqual, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerNotEqual(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerNotEqual, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function and(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.And, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function or(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Or, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function xor(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Xor, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerAnd(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerAnd, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function eluGradient(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.EluGradient, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerMultiply(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerMultiply, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}
