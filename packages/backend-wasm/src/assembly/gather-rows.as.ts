import { copyRun } from './copy-strided.as';
import { fillRun } from './fill.as';
import { noteOutside } from './indexed-rows.as';
import { partStart } from './vector.as';

/** Copies the words of a line that indices name: `count` of them, from a line of `length`. */
function gatherWords(line: usize, indices: usize, to: usize, faults: usize, count: i32, length: i32): void {
  for (const end = to + (<usize>count << 2); to < end; to += 4) {
    const index = load<i32>(indices);
    indices += 4;
    if (<u32>index < <u32>length) store<u32>(to, load<u32>(line + (<usize>index << 2)));
    else {
      noteOutside(faults, index, length);
      store<u32>(to, 0);
    }
  }
}

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
  while (item < end) {
    const line = item / count;
    const first = item - line * count;
    const rows = min(count - first, end - item);
    const from = x + <usize>line * length * bytes;
    const names = indices + (<usize>((line / outer) * count + first) << 2);
    let to = y + <usize>item * bytes;
    item += rows;
    if (bytes == 4) {
      gatherWords(from, names, to, faults, rows, length);
      continue;
    }
    for (let i = 0; i < rows; i++) {
      const index = load<i32>(names + (<usize>i << 2));
      if (<u32>index < <u32>length) copyRun(from + <usize>index * bytes, to, bytes);
      else {
        noteOutside(faults, index, length);
        fillRun(to, bytes, 0);
      }
      to += bytes;
    }
  }
}
