import { fillRun } from './fill.as';
import { partStart } from './vector.as';

/** A matrix of [n, n] elements of `size` (1 or 4) bytes, all of them 0 but those of `x` on its diagonal. Items are rows. */
export function diagonal(task: i32, tasks: i32, x: usize, y: usize, n: i32, size: i32): void {
  const first = partStart(n, task, tasks);
  const end = partStart(n, task + 1, tasks);
  const row = <usize>n * size;
  fillRun(y + <usize>first * row, <usize>(end - first) * row, 0);
  for (let i = first; i < end; i++) {
    const to = y + <usize>i * (row + size);
    if (size == 4) store<u32>(to, load<u32>(x + (<usize>i << 2)));
    else store<u8>(to, load<u8>(x + i));
  }
}
