import { copyRun } from './copy-strided.as';
import { fillRun } from './fill.as';
import { partStart } from './vector.as';

/**
 * Notes an index that is out of bounds in three words: that there is one, where it points and how many places there are. Whoever comes first
 * is heard, and nobody where `faults` is 0.
 */
export function noteOutside(faults: usize, index: i32, limit: i32): void {
  if (faults == 0 || atomic.cmpxchg<i32>(faults, 0, 1) != 0) return;
  store<i32>(faults, index, 4);
  store<i32>(faults, limit, 8);
}

/** The place that a row of `depth` (1 to 6) indices means. */
// @ts-ignore: decorator
@inline
export function placeOf(at: usize, depth: i32, s0: i32, s1: i32, s2: i32, s3: i32, s4: i32, s5: i32): i64 {
  let place = <i64>load<i32>(at) * s0;
  if (depth == 1) return place;
  place += <i64>load<i32>(at, 4) * s1;
  if (depth == 2) return place;
  place += <i64>load<i32>(at, 8) * s2;
  if (depth > 3) place += <i64>load<i32>(at, 12) * s3;
  if (depth > 4) place += <i64>load<i32>(at, 16) * s4;
  if (depth > 5) place += <i64>load<i32>(at, 20) * s5;
  return place;
}

// @ts-ignore: decorator
@inline
function gatherAs(
  depth: i32, x: usize, indices: usize, to: usize, faults: usize, count: i32, rows: i32, bytes: usize,
  s0: i32, s1: i32, s2: i32, s3: i32, s4: i32, s5: i32,
): void {
  for (; count > 0; count--) {
    const place = placeOf(indices, depth, s0, s1, s2, s3, s4, s5);
    if (<u64>place >= <u64>rows) {
      noteOutside(faults, <i32>place, rows);
      fillRun(to, bytes, 0);
    } else if (bytes == 4) store<u32>(to, load<u32>(x + (<usize>place << 2)));
    else copyRun(x + <usize>place * bytes, to, bytes);
    indices += <usize>depth << 2;
    to += bytes;
  }
}

/** `y[i] = x[indices[i]]` for `count` rows of `bytes` bytes, of which `x` has `rows`; zeros where there is no such row. Items are rows of `y`. */
export function gatherIndexed(
  task: i32, tasks: i32, x: usize, indices: usize, y: usize, faults: usize, count: i32, rows: i32, bytes: usize,
  depth: i32, s0: i32, s1: i32, s2: i32, s3: i32, s4: i32, s5: i32,
): void {
  const first = partStart(count, task, tasks);
  const items = partStart(count, task + 1, tasks) - first;
  indices += <usize>first * (<usize>depth << 2);
  y += <usize>first * bytes;
  if (depth == 2) gatherAs(2, x, indices, y, faults, items, rows, bytes, s0, s1, 0, 0, 0, 0);
  else gatherAs(depth, x, indices, y, faults, items, rows, bytes, s0, s1, s2, s3, s4, s5);
}
