import { fillRun } from './fill.as';
import { partStart } from './vector.as';

/** Rows of `depth` values `off`, with `on` at each row's index if that is in the row. Values are the bits of floats or integers. */
export function oneHot(task: i32, tasks: i32, indices: usize, y: usize, rows: i32, depth: i32, on: i32, off: i32): void {
  const first = partStart(rows, task, tasks);
  const end = partStart(rows, task + 1, tasks);
  fillRun(y + ((<usize>first * depth) << 2), (<usize>(end - first) * depth) << 2, off);
  for (let row = first; row < end; row++) {
    const index = load<u32>(indices + (<usize>row << 2));
    if (index < <u32>depth) store<i32>(y + ((<usize>row * depth + index) << 2), on);
  }
}
