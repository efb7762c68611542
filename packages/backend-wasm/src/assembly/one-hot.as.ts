import { partStart } from './vector.as';

/** Rows of `depth` values `off`, with `on` at each row's index if that is in the row. Values are the bits of floats or integers. */
export function oneHot(task: i32, tasks: i32, indices: usize, y: usize, rows: i32, depth: i32, on: i32, off: i32): void {
  const first = partStart(rows, task, tasks);
  const end = partStart(rows, task + 1, tasks);
  let at = y + ((<usize>first * depth) << 2);
  let left = (end - first) * depth;
  if (off == 0) {
    memory.fill(at, 0, <usize>left << 2);
  } else {
    const offs = i32x4.splat(off);
    for (; left >= 4; left -= 4) {
      v128.store(at, offs);
      at += 16;
    }
    for (; left > 0; left--) {
      store<i32>(at, off);
      at += 4;
    }
  }
  for (let row = first; row < end; row++) {
    const index = load<u32>(indices + (<usize>row << 2));
    if (index < <u32>depth) store<i32>(y + ((<usize>row * depth + index) << 2), on);
  }
}
