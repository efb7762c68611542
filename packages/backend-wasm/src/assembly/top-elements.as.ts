import { partStart } from './vector.as';
import { wordAt } from './word-at.as';

/** An integer that is ordered as an element is: a NaN is the greatest, and zeros have no sign. */
// @ts-ignore: decorator
@inline
export function keyOf(at: usize, isFloat: bool): i32 {
  if (!isFloat) return load<i32>(at);
  const value = load<f32>(at) + 0;
  if (value != value) return i32.MAX_VALUE;
  const bits = reinterpret<i32>(value);
  return bits ^ ((bits >> 31) & i32.MAX_VALUE);
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
    let childKey = load<i32>(wordAt(keys, child));
    let childPlace = load<i32>(wordAt(places, child));
    if (child + 1 < count) {
      const otherKey = load<i32>(wordAt(keys, child + 1));
      const otherPlace = load<i32>(wordAt(places, child + 1));
      if (isBehind(otherKey, otherPlace, childKey, childPlace)) {
        child++;
        childKey = otherKey;
        childPlace = otherPlace;
      }
    }
    if (!isBehind(childKey, childPlace, key, place)) break;
    store<i32>(wordAt(keys, hole), childKey);
    store<i32>(wordAt(places, hole), childPlace);
    hole = child;
  }
  store<i32>(wordAt(keys, hole), key);
  store<i32>(wordAt(places, hole), place);
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
    store<i32>(wordAt(keys, i), keyOf(wordAt(x, i), isFloat));
    store<i32>(wordAt(places, i), i);
  }
  for (let i = k / 2 - 1; i >= 0; i--) sink(keys, places, k, i, load<i32>(wordAt(keys, i)), load<i32>(wordAt(places, i)));
  let least = load<i32>(keys);
  let leasts = v128.load32_splat(wordAt(x, load<i32>(places)));
  for (let i = k; i < length; i += 16) {
    const pointer = wordAt(x, i);
    let greater = (1 << min(16, length - i)) - 1;
    if (i + 16 <= length) {
      const a = areNotGreater(pointer, leasts, isFloat);
      const b = areNotGreater(pointer + 16, leasts, isFloat);
      const c = areNotGreater(pointer + 32, leasts, isFloat);
      const d = areNotGreater(pointer + 48, leasts, isFloat);
      if (i32x4.all_true(v128.and(v128.and(a, b), v128.and(c, d)))) continue;
      greater ^= i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
    }
    for (; greater != 0; greater &= greater - 1) {
      const place = i + ctz(greater);
      const key = keyOf(wordAt(x, place), isFloat);
      if (key <= least) continue;
      sink(keys, places, k, 0, key, place);
      least = load<i32>(keys);
      leasts = v128.load32_splat(wordAt(x, load<i32>(places)));
    }
  }
  for (let last = k - 1; last > 0; last--) {
    const key = load<i32>(wordAt(keys, last));
    const place = load<i32>(wordAt(places, last));
    store<i32>(wordAt(keys, last), load<i32>(keys));
    store<i32>(wordAt(places, last), load<i32>(places));
    sink(keys, places, last, 0, key, place);
  }
  for (let i = 0; i < k; i++) store<u32>(wordAt(keys, i), load<u32>(wordAt(x, load<i32>(wordAt(places, i)))));
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
