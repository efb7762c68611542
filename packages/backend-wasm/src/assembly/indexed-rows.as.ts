import { copyRun } from './copy-strided.as';
import { partStart } from './vector.as';

/**
 * Notes an index that is out of bounds in three words: that there is one, where it points and how many places there are. Whoever comes first
 * is heard.
 */
export function noteOutside(faults: usize, index: i32, limit: i32): void {
  if (atomic.cmpxchg<i32>(faults, 0, 1) != 0) return;
  store<i32>(faults, index, 4);
  store<i32>(faults, limit, 8);
}

/** The place that a row of `depth` (1 to 6) indices means. */
// @ts-ignore: decorator
@inline
function placeOf(at: usize, depth: i32, s0: i32, s1: i32, s2: i32, s3: i32, s4: i32, s5: i32): i64 {
  let place = <i64>load<i32>(at) * s0;
  if (depth > 1) place += <i64>load<i32>(at, 4) * s1;
  if (depth > 2) place += <i64>load<i32>(at, 8) * s2;
  if (depth > 3) place += <i64>load<i32>(at, 12) * s3;
  if (depth > 4) place += <i64>load<i32>(at, 16) * s4;
  if (depth > 5) place += <i64>load<i32>(at, 20) * s5;
  return place;
}

/** `y[i] = x[indices[i]]` for `count` rows of `bytes` bytes, of which `x` has `rows`; zeros where there is no such row. Items are rows of `y`. */
export function gatherIndexed(
  task: i32, tasks: i32, x: usize, indices: usize, y: usize, faults: usize, count: i32, rows: i32, bytes: usize,
  depth: i32, s0: i32, s1: i32, s2: i32, s3: i32, s4: i32, s5: i32,
): void {
  const end = partStart(count, task + 1, tasks);
  for (let i = partStart(count, task, tasks); i < end; i++) {
    const place = placeOf(indices + (<usize>(i * depth) << 2), depth, s0, s1, s2, s3, s4, s5);
    const to = y + <usize>i * bytes;
    if (<u64>place >= <u64>rows) {
      noteOutside(faults, <i32>place, rows);
      memory.fill(to, 0, bytes);
    } else if (bytes == 4) store<u32>(to, load<u32>(x + (<usize>place << 2)));
    else copyRun(x + <usize>place * bytes, to, bytes);
  }
}

/** What {@link scatterRows} does with an update. */
// @ts-ignore: decorator
@inline
const REPLACE: i32 = 0;
// @ts-ignore: decorator
@inline
const ADD_FLOATS: i32 = 1;
// @ts-ignore: decorator
@inline
const ADD_INTEGERS: i32 = 2;

function addFloats(from: usize, to: usize, bytes: usize): void {
  for (; bytes >= 16; bytes -= 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    from += 16;
    to += 16;
  }
  for (; bytes > 0; bytes -= 4) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    from += 4;
    to += 4;
  }
}

function addIntegers(from: usize, to: usize, bytes: usize): void {
  for (; bytes >= 16; bytes -= 16) {
    v128.store(to, i32x4.add(v128.load(to), v128.load(from)));
    from += 16;
    to += 16;
  }
  for (; bytes > 0; bytes -= 4) {
    store<i32>(to, load<i32>(to) + load<i32>(from));
    from += 4;
    to += 4;
  }
}

function orBytes(from: usize, to: usize, bytes: usize): void {
  for (; bytes > 0; bytes--) store<u8>(to, load<u8>(to++) | load<u8>(from++));
}

/** Fills bytes with one element of `size` (1 or 4) bytes. */
function fillElements(to: usize, bytes: usize, element: usize, size: i32): void {
  if (size == 1) {
    memory.fill(to, load<u8>(element), bytes);
    return;
  }
  const four = v128.load32_splat(element);
  for (; bytes >= 16; bytes -= 16) {
    v128.store(to, four);
    to += 16;
  }
  for (; bytes > 0; bytes -= 4) {
    store<u32>(to, load<u32>(element));
    to += 4;
  }
}

/** What is in a stretch of the output before the updates: zeros, the same stretch of `initial`, or one element over and over. */
// @ts-ignore: decorator
@inline
function begin(y: usize, offset: usize, bytes: usize, initial: usize, isElement: bool, size: i32): void {
  if (initial == 0) memory.fill(y + offset, 0, bytes);
  else if (isElement) fillElements(y + offset, bytes, initial, size);
  else copyRun(initial + offset, y + offset, bytes);
}

/** Replaces single words of `y`, of which there are `rows`, one after the other. */
function replaceWords(indices: usize, updates: usize, step: usize, y: usize, faults: usize, count: i32, rows: i32): void {
  for (let i = 0; i < count; i++) {
    const place = load<i32>(indices + (<usize>i << 2));
    if (<u32>place < <u32>rows) store<u32>(y + (<usize>place << 2), load<u32>(updates));
    else noteOutside(faults, place, rows);
    updates += step;
  }
}

/**
 * Writes all of `y`, [rows, columns] elements of `size` bytes, then replaces its row `indices[i]` by row `i` of the updates, which lie
 * `step` bytes apart, or adds that to it, one after the other. Parts are `segments` stretches of rows times slices of the columns.
 */
export function scatterRows(
  task: i32, tasks: i32, indices: usize, updates: usize, initial: usize, y: usize, faults: usize, step: usize, isElement: i32, count: i32,
  rows: i32, columns: i32, size: i32, kind: i32, segments: i32, depth: i32, s0: i32, s1: i32, s2: i32, s3: i32, s4: i32, s5: i32,
): void {
  const slices = tasks / segments;
  const slice = task / segments;
  const segment = task - slice * segments;
  const firstRow = partStart(rows, segment, segments);
  const endRow = partStart(rows, segment + 1, segments);
  const left = <usize>(partStart(columns, slice, slices) * size);
  const width = <usize>(partStart(columns, slice + 1, slices) * size) - left;
  const bytes = <usize>(columns * size);
  if (slices == 1) begin(y, <usize>firstRow * bytes, <usize>(endRow - firstRow) * bytes, initial, <bool>isElement, size);
  else for (let row = firstRow; row < endRow; row++) begin(y, <usize>row * bytes + left, width, initial, <bool>isElement, size);
  if (kind == REPLACE && depth == 1 && bytes == 4 && segments == 1) {
    replaceWords(indices, updates, step, y, faults, count, rows);
    return;
  }
  for (let i = 0; i < count; i++) {
    const place = placeOf(indices + (<usize>(i * depth) << 2), depth, s0, s1, s2, s3, s4, s5);
    if (<u64>place >= <u64>rows) {
      noteOutside(faults, <i32>place, rows);
      continue;
    }
    const row = <i32>place;
    if (row < firstRow || row >= endRow) continue;
    const from = updates + <usize>i * step + left;
    const to = y + <usize>row * bytes + left;
    if (kind == REPLACE) {
      if (width == 4) store<u32>(to, load<u32>(from));
      else copyRun(from, to, width);
    } else if (kind == ADD_FLOATS) addFloats(from, to, width);
    else if (kind == ADD_INTEGERS) addIntegers(from, to, width);
    else orBytes(from, to, width);
  }
}
