import { partStart } from './vector.as';

/** An integer that is ordered as an element is: a NaN is the greatest, and zeros have no sign. */
// @ts-ignore: decorator
@inline
function keyOf(at: usize, isFloat: bool): i32 {
  if (!isFloat) return load<i32>(at);
  const value = load<f32>(at) + 0;
  if (value != value) return i32.MAX_VALUE;
  const bits = reinterpret<i32>(value);
  return bits ^ ((bits >> 31) & i32.MAX_VALUE);
}

// @ts-ignore: decorator
@inline
function at(base: usize, i: i32): usize {
  return base + (<usize>i << 2);
}

/** Whether key `a` of place `i` comes behind key `b` of place `j`: it is less, or as great and later. */
// @ts-ignore: decorator
@inline
function isBehind(a: i32, i: i32, b: i32, j: i32): bool {
  return a < b || (a == b && i > j);
}

/** Puts a key and its place where they belong in a heap of `count`, of which the last in order is on top, from `hole` down. */
function sink(keys: usize, places: usize, count: i32, hole: i32, key: i32, place: i32): void {
  for (let child = 2 * hole + 1; child < count; child = 2 * hole + 1) {
    let childKey = load<i32>(at(keys, child));
    let childPlace = load<i32>(at(places, child));
    if (child + 1 < count) {
      const otherKey = load<i32>(at(keys, child + 1));
      const otherPlace = load<i32>(at(places, child + 1));
      if (isBehind(otherKey, otherPlace, childKey, childPlace)) {
        child++;
        childKey = otherKey;
        childPlace = otherPlace;
      }
    }
    if (!isBehind(childKey, childPlace, key, place)) break;
    store<i32>(at(keys, hole), childKey);
    store<i32>(at(places, hole), childPlace);
    hole = child;
  }
  store<i32>(at(keys, hole), key);
  store<i32>(at(places, hole), place);
}

/** Whether none of four elements is greater than the element in all lanes of `least`; never where there is a NaN. */
// @ts-ignore: decorator
@inline
function areNotGreater(pointer: usize, least: v128, isFloat: bool): v128 {
  return isFloat ? f32x4.le(v128.load(pointer), least) : i32x4.le_s(v128.load(pointer), least);
}

// @ts-ignore: decorator
@inline
function topOfRow(x: usize, keys: usize, places: usize, length: i32, k: i32, isFloat: bool): void {
  for (let i = 0; i < k; i++) {
    store<i32>(at(keys, i), keyOf(at(x, i), isFloat));
    store<i32>(at(places, i), i);
  }
  for (let i = k / 2 - 1; i >= 0; i--) sink(keys, places, k, i, load<i32>(at(keys, i)), load<i32>(at(places, i)));
  let least = load<i32>(keys);
  let leasts = v128.load32_splat(at(x, load<i32>(places)));
  let i = k;
  while (i < length) {
    if (i + 16 <= length) {
      const pointer = at(x, i);
      const low = v128.and(areNotGreater(pointer, leasts, isFloat), areNotGreater(pointer + 16, leasts, isFloat));
      const high = v128.and(areNotGreater(pointer + 32, leasts, isFloat), areNotGreater(pointer + 48, leasts, isFloat));
      if (i32x4.all_true(v128.and(low, high))) {
        i += 16;
        continue;
      }
    }
    for (const end = min(length, i + 16); i < end; i++) {
      const key = keyOf(at(x, i), isFloat);
      if (key <= least) continue;
      sink(keys, places, k, 0, key, i);
      least = load<i32>(keys);
      leasts = v128.load32_splat(at(x, load<i32>(places)));
    }
  }
  for (let last = k - 1; last > 0; last--) {
    const key = load<i32>(at(keys, last));
    const place = load<i32>(at(places, last));
    store<i32>(at(keys, last), load<i32>(keys));
    store<i32>(at(places, last), load<i32>(places));
    sink(keys, places, last, 0, key, place);
  }
  for (let i = 0; i < k; i++) store<u32>(at(keys, i), load<u32>(at(x, load<i32>(at(places, i)))));
}

/** The `k` greatest elements of each of `rows` rows of `length`, the greatest first, and their places. Items are rows. */
export function topElements(
  task: i32, tasks: i32, x: usize, values: usize, places: usize, rows: i32, length: i32, k: i32, isFloat: i32,
): void {
  const end = partStart(rows, task + 1, tasks);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const from = x + ((<usize>row * length) << 2);
    const shift = (<usize>row * k) << 2;
    if (isFloat) topOfRow(from, values + shift, places + shift, length, k, true);
    else topOfRow(from, values + shift, places + shift, length, k, false);
  }
}
