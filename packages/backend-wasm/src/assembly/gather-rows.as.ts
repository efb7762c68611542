import { copyRun } from './copy-strided.as';
import { partStart } from './vector.as';

/** Writes the place of the first of `count` indices that is not in [0, limit), or -1. */
export function firstOutside(_task: i32, _tasks: i32, indices: usize, count: i32, limit: i32, place: usize): void {
  let found = -1;
  for (let i = 0; i < count; i++) {
    if (load<u32>(indices + (<usize>i << 2)) < <u32>limit) continue;
    found = i;
    break;
  }
  store<i32>(place, found);
}

/**
 * `y[batch, outer, i] = x[batch, outer, indices[batch, i]]` for rows of `bytes` bytes; `x` is [batches, outer, length], `indices`
 * [batches, count]. Items are rows of `y`.
 */
export function gatherRows(task: i32, tasks: i32, x: usize, indices: usize, y: usize, batches: i32, outer: i32, length: i32, count: i32, bytes: usize): void {
  const items = batches * outer * count;
  const end = partStart(items, task + 1, tasks);
  let item = partStart(items, task, tasks);
  let line = item / count;
  let i = item - line * count;
  for (; item < end; item++) {
    const index = load<i32>(indices + (<usize>((line / outer) * count + i) << 2));
    const from = x + <usize>(line * length + index) * bytes;
    const to = y + <usize>item * bytes;
    if (bytes == 4) store<u32>(to, load<u32>(from));
    else copyRun(from, to, bytes);
    if (++i < count) continue;
    i = 0;
    line++;
  }
}
