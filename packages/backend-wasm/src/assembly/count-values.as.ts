import { fillRun } from './fill.as';
import { noteOutside } from './indexed-rows.as';
import { partStart } from './vector.as';

/** The bin of a value, or 0 where it has none; a negative one is noted. */
// @ts-ignore: decorator
@inline
function binOf(at: usize, y: usize, faults: usize, size: i32): usize {
  const value = load<i32>(at);
  if (<u32>value < <u32>size) return y + (<usize>value << 2);
  if (value < 0) noteOutside(faults, value, size);
  return 0;
}

// @ts-ignore: decorator
@inline
function addOne<T>(y: usize, value: i32): void {
  const bin = y + (<usize>value << 2);
  store<T>(bin, load<T>(bin) + <T>1);
}

// @ts-ignore: decorator
@inline
function countAs<T>(x: usize, weights: usize, y: usize, faults: usize, count: i32, size: i32, isBinary: bool, apart: usize): void {
  const end = x + (<usize>count << 2);
  if (isBinary) {
    for (; x < end; x += 4) {
      const bin = binOf(x, y, faults, size);
      if (bin != 0) store<T>(bin, <T>1);
    }
    return;
  }
  if (weights == 0) {
    const sizes = i32x4.splat(size);
    const second = y + apart;
    const third = second + apart;
    const fourth = third + apart;
    for (; x + 16 <= end; x += 16) {
      const four = v128.load(x);
      if (!i32x4.all_true(i32x4.lt_u(four, sizes))) {
        for (let i: usize = 0; i < 16; i += 4) {
          const bin = binOf(x + i, y, faults, size);
          if (bin != 0) store<T>(bin, load<T>(bin) + <T>1);
        }
        continue;
      }
      addOne<T>(y, i32x4.extract_lane(four, 0));
      addOne<T>(second, i32x4.extract_lane(four, 1));
      addOne<T>(third, i32x4.extract_lane(four, 2));
      addOne<T>(fourth, i32x4.extract_lane(four, 3));
    }
    for (; x < end; x += 4) {
      const bin = binOf(x, y, faults, size);
      if (bin != 0) store<T>(bin, load<T>(bin) + <T>1);
    }
    return;
  }
  for (; x < end; x += 4) {
    const bin = binOf(x, y, faults, size);
    if (bin != 0) store<T>(bin, load<T>(bin) + load<T>(weights));
    weights += 4;
  }
}

/**
 * Cuts `count` integers into `rows` even stretches and adds up for each how often every value below `size` occurs, or its weights (0: there are none),
 * or writes 1 where it does, as floats or integers: `y` is [rows, copies, size], of which 4 copies are counted in turn, so that no count waits for
 * the one before. Items are rows.
 */
export function countValues(
  task: i32, tasks: i32, x: usize, weights: usize, y: usize, faults: usize, rows: i32, copies: i32, count: i32, size: i32, isFloat: i32, isBinary: i32,
): void {
  const first = partStart(rows, task, tasks);
  const end = partStart(rows, task + 1, tasks);
  const rowBytes = (<usize>copies * size) << 2;
  const apart: usize = copies > 1 ? <usize>size << 2 : 0;
  fillRun(y + <usize>first * rowBytes, <usize>(end - first) * rowBytes, 0);
  for (let row = first; row < end; row++) {
    const begin = partStart(count, row, rows);
    const length = partStart(count, row + 1, rows) - begin;
    const shift = <usize>begin << 2;
    const to = y + <usize>row * rowBytes;
    if (isFloat) countAs<f32>(x + shift, weights == 0 ? 0 : weights + shift, to, faults, length, size, <bool>isBinary, apart);
    else countAs<i32>(x + shift, weights == 0 ? 0 : weights + shift, to, faults, length, size, <bool>isBinary, apart);
  }
}

/** Adds up `parts` rows of `size` integers, and writes the sums as floats or integers. In one part. */
export function addCounts(_task: i32, _tasks: i32, counts: usize, y: usize, parts: i32, size: i32, isFloat: i32): void {
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let part = 0; part < parts; part++) sum += load<i32>(counts + (<usize>(part * size + i) << 2));
    if (isFloat) store<f32>(y, <f32>sum);
    else store<i32>(y, sum);
    y += 4;
  }
}
