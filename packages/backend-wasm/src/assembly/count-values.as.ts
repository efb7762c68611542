import { noteOutside } from './indexed-rows.as';

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
function countAs<T>(x: usize, weights: usize, y: usize, faults: usize, count: i32, size: i32): void {
  const end = x + (<usize>count << 2);
  if (weights == 0) {
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

/** Adds up how often each value below `size` occurs among `count` integers, or the weights of those, as floats or integers. In one part. */
export function countValues(_task: i32, _tasks: i32, x: usize, weights: usize, y: usize, faults: usize, count: i32, size: i32, isFloat: i32): void {
  memory.fill(y, 0, <usize>size << 2);
  if (isFloat) countAs<f32>(x, weights, y, faults, count, size);
  else countAs<i32>(x, weights, y, faults, count, size);
}
