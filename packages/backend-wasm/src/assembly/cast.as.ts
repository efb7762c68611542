import { loadPartial, partStart, storePartial } from './vector.as';

/** A float as JavaScript makes a 32-bit integer of it: cut off, modulo 2^32, 0 for NaN and infinities. */
function integerOf(value: f32): i32 {
  if (!(Mathf.abs(value) < 9223372036854775808.0)) return 0;
  return <i32>(<i64>value);
}

/** Four of them. */
// @ts-ignore: decorator
@inline
function integersOf(x: v128): v128 {
  const isLarge = f32x4.ge(f32x4.abs(x), f32x4.splat(2147483648));
  if (!v128.any_true(isLarge)) return i32x4.trunc_sat_f32x4_s(x);
  let result = i32x4.splat(integerOf(f32x4.extract_lane(x, 0)));
  result = i32x4.replace_lane(result, 1, integerOf(f32x4.extract_lane(x, 1)));
  result = i32x4.replace_lane(result, 2, integerOf(f32x4.extract_lane(x, 2)));
  return i32x4.replace_lane(result, 3, integerOf(f32x4.extract_lane(x, 3)));
}

// @ts-ignore: decorator
@inline
function numbersToNumbers(toFloats: bool, task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  const groups = (size + 3) / 4;
  const end = min(size, partStart(groups, task + 1, tasks) * 4);
  for (let i = partStart(groups, task, tasks) * 4; i < end; i += 4) {
    const value = loadPartial(x + (<usize>i << 2), end - i);
    storePartial(y + (<usize>i << 2), toFloats ? f32x4.convert_i32x4_s(value) : integersOf(value), end - i);
  }
}

/** All ones where a number is not 0; NaN is not. */
// @ts-ignore: decorator
@inline
function isTrue(fromFloats: bool, x: usize, offset: usize): v128 {
  const value = v128.load(x + offset);
  return fromFloats ? f32x4.ne(value, f32x4.splat(0)) : i32x4.ne(value, i32x4.splat(0));
}

// @ts-ignore: decorator
@inline
function numbersToBools(fromFloats: bool, task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  const groups = (size + 15) / 16;
  let i = partStart(groups, task, tasks) * 16;
  const end = min(size, partStart(groups, task + 1, tasks) * 16);
  for (; i + 16 <= end; i += 16) {
    const from = x + (<usize>i << 2);
    const low = i16x8.narrow_i32x4_s(isTrue(fromFloats, from, 0), isTrue(fromFloats, from, 16));
    const high = i16x8.narrow_i32x4_s(isTrue(fromFloats, from, 32), isTrue(fromFloats, from, 48));
    v128.store(y + i, v128.and(i8x16.narrow_i16x8_s(low, high), i8x16.splat(1)));
  }
  for (; i < end; i++) {
    const from = x + (<usize>i << 2);
    store<u8>(y + i, <u8>(fromFloats ? load<f32>(from) != 0 : load<i32>(from) != 0));
  }
}

/** Four bools of sixteen, as numbers. `quarter` is a constant wherever this is inlined. */
// @ts-ignore: decorator
@inline
function numbersOf(toFloats: bool, low: v128, high: v128, quarter: i32): v128 {
  const half = quarter < 2 ? low : high;
  const value = quarter % 2 == 0 ? i32x4.extend_low_i16x8_u(half) : i32x4.extend_high_i16x8_u(half);
  return toFloats ? f32x4.convert_i32x4_s(value) : value;
}

// @ts-ignore: decorator
@inline
function boolsToNumbers(toFloats: bool, task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  const groups = (size + 15) / 16;
  const first = partStart(groups, task, tasks) * 16;
  x += first;
  y += <usize>first << 2;
  let left = min(size, partStart(groups, task + 1, tasks) * 16) - first;
  for (; left >= 16; left -= 16) {
    const bools = v128.load(x);
    const low = i16x8.extend_low_i8x16_u(bools);
    const high = i16x8.extend_high_i8x16_u(bools);
    v128.store(y, numbersOf(toFloats, low, high, 0));
    v128.store(y, numbersOf(toFloats, low, high, 1), 16);
    v128.store(y, numbersOf(toFloats, low, high, 2), 32);
    v128.store(y, numbersOf(toFloats, low, high, 3), 48);
    x += 16;
    y += 64;
  }
  for (; left > 0; left--) {
    const value = <i32>load<u8>(x++);
    if (toFloats) store<f32>(y, <f32>value);
    else store<i32>(y, value);
    y += 4;
  }
}

export function floatsToIntegers(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  numbersToNumbers(false, task, tasks, x, y, size);
}

export function integersToFloats(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  numbersToNumbers(true, task, tasks, x, y, size);
}

export function floatsToBools(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  numbersToBools(true, task, tasks, x, y, size);
}

export function integersToBools(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  numbersToBools(false, task, tasks, x, y, size);
}

export function boolsToFloats(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  boolsToNumbers(true, task, tasks, x, y, size);
}

export function boolsToIntegers(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  boolsToNumbers(false, task, tasks, x, y, size);
}
