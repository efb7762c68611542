import { partStart } from './vector.as';

/** Rows of `depth` values `off`, with `on` at each row's index if that is in the row. Values are the bits of floats or integers. */
export function oneHot(task: i32, tasks: i32, indices: usize, y: usize, rows: i32, depth: i32, on: i32, off: i32): void {
  const end = partStart(rows, task + 1, tasks);
  const offs = i32x4.splat(off);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const start = y + ((<usize>row * depth) << 2);
    let at = start;
    let left = depth;
    for (; left >= 4; left -= 4) {
      v128.store(at, offs);
      at += 16;
    }
    for (; left > 0; left--) {
      store<i32>(at, off);
      at += 4;
    }
    const index = load<u32>(indices + (<usize>row << 2));
    if (index < <u32>depth) store<i32>(start + (index << 2), on);
  }
}
