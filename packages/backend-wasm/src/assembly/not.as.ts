import { partStart } from './vector.as';

/** `y[i] = x[i] == 0` for bools. Items are groups of 16 elements. */
export function not(task: i32, tasks: i32, x: usize, y: usize, size: i32): void {
  const groups = (size + 15) / 16;
  const first = partStart(groups, task, tasks) * 16;
  x += first;
  y += first;
  let left = min(size, partStart(groups, task + 1, tasks) * 16) - first;
  for (; left >= 16; left -= 16) {
    v128.store(y, v128.and(i8x16.eq(v128.load(x), i8x16.splat(0)), i8x16.splat(1)));
    x += 16;
    y += 16;
  }
  for (; left > 0; left--) store<u8>(y++, <u8>(load<u8>(x++) == 0));
}
