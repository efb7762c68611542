import { partStart } from './vector.as';

/** Joins bools, a byte each: and, or. */
// @ts-ignore: decorator
@inline
function join(isAll: bool, a: v128, b: v128): v128 {
  return isAll ? v128.and(a, b) : v128.or(a, b);
}

/** Whether all or any of `count` bools are true. */
// @ts-ignore: decorator
@inline
function resultOfRun(isAll: bool, from: usize, count: i32): u8 {
  let value = i8x16.splat(isAll ? 1 : 0);
  let left = count;
  for (; left >= 16; left -= 16) {
    value = join(isAll, value, v128.load(from));
    from += 16;
  }
  let result: u8 = <u8>(isAll ? i8x16.all_true(value) : v128.any_true(value));
  for (; left > 0; left--) result = isAll ? result & load<u8>(from++) : result | load<u8>(from++);
  return result;
}

/** Whether all or any are true over the middle axis of [outer, rows, columns]. Items are the results of a matrix. */
// @ts-ignore: decorator
@inline
function reduceBools(isAll: bool, task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32): void {
  const end = partStart(outer, task + 1, tasks);
  for (let matrix = partStart(outer, task, tasks); matrix < end; matrix++) {
    const from = x + <usize>matrix * rows * columns;
    const to = y + <usize>matrix * columns;
    if (columns == 1) {
      store<u8>(to, resultOfRun(isAll, from, rows));
      continue;
    }
    memory.copy(to, from, columns);
    for (let row = 1; row < rows; row++) {
      const line = from + <usize>row * columns;
      let at: usize = 0;
      for (; at + 16 <= <usize>columns; at += 16) v128.store(to + at, join(isAll, v128.load(to + at), v128.load(line + at)));
      for (; at < <usize>columns; at++) {
        const value = load<u8>(line + at);
        store<u8>(to + at, isAll ? load<u8>(to + at) & value : load<u8>(to + at) | value);
      }
    }
  }
}

export function allBools(task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32): void {
  reduceBools(true, task, tasks, x, y, outer, rows, columns);
}

export function anyBools(task: i32, tasks: i32, x: usize, y: usize, outer: i32, rows: i32, columns: i32): void {
  reduceBools(false, task, tasks, x, y, outer, rows, columns);
}
