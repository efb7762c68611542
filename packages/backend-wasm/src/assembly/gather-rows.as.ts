import { copyRun } from './copy-strided.as';
import { noteOutside } from './indexed-rows.as';
import { partStart } from './vector.as';

/**
 * `y[batch, outer, i] = x[batch, outer, indices[batch, i]]` for rows of `bytes` bytes; `x` is [batches, outer, length], `indices`
 * [batches, count]. An index out of bounds gives zeros and is noted. Items are rows of `y`.
 */
export function gatherRows(
  task: i32, tasks: i32, x: usize, indices: usize, y: usize, faults: usize, batches: i32, outer: i32, length: i32, count: i32, bytes: usize,
): void {
  const items = batches * outer * count;
  const end = partStart(items, task + 1, tasks);
  let item = partStart(items, task, tasks);
  let line = item / count;
  let i = item - line * count;
  for (; item < end; item++) {
    const index = load<i32>(indices + (<usize>((line / outer) * count + i) << 2));
    const from = x + <usize>(line * length + index) * bytes;
    const to = y + <usize>item * bytes;
    if (<u32>index >= <u32>length) {
      noteOutside(faults, index, length);
      memory.fill(to, 0, bytes);
    } else if (bytes == 4) store<u32>(to, load<u32>(from));
    else copyRun(from, to, bytes);
    if (++i < count) continue;
    i = 0;
    line++;
  }
}
