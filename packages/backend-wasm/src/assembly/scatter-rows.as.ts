import { copyRun } from './copy-strided.as';
import { fillRun, repeated } from './fill.as';
import { noteOutside, placeOf } from './indexed-rows.as';
import { partStart } from './vector.as';

/** What {@link putRows} does with an update. */
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

/** What is in a stretch of the output before the updates: zeros, the same stretch of `initial`, or one element over and over. */
// @ts-ignore: decorator
@inline
function begin(y: usize, offset: usize, bytes: usize, initial: usize, isElement: bool, size: i32): void {
  if (initial == 0) fillRun(y + offset, bytes, 0);
  else if (isElement) fillRun(y + offset, bytes, repeated(size == 4 ? load<i32>(initial) : load<u8>(initial), size));
  else copyRun(initial + offset, y + offset, bytes);
}

/** Puts `bytes` bytes of an update into the output. */
// @ts-ignore: decorator
@inline
function put(kind: i32, from: usize, to: usize, bytes: usize): void {
  if (kind == REPLACE) {
    if (bytes == 4) store<u32>(to, load<u32>(from));
    else copyRun(from, to, bytes);
  } else if (kind == ADD_FLOATS) addFloats(from, to, bytes);
  else if (kind == ADD_INTEGERS) addIntegers(from, to, bytes);
  else orBytes(from, to, bytes);
}

/** Puts single words, one after the other, into `y`, of which there are `rows`. */
// @ts-ignore: decorator
@inline
function putWords(indices: usize, updates: usize, y: usize, faults: usize, step: usize, count: i32, rows: i32, isSum: bool): void {
  for (let i = 0; i < count; i++) {
    const place = load<i32>(indices);
    const to = y + (<usize>place << 2);
    if (<u32>place >= <u32>rows) noteOutside(faults, place, rows);
    else if (isSum) store<f32>(to, load<f32>(to) + load<f32>(updates));
    else store<u32>(to, load<u32>(updates));
    indices += 4;
    updates += step;
  }
}

/** Marks with 1 which of `rows` rows some of `count` rows of indices mean. In one part. */
export function markRows(
  _task: i32, _tasks: i32, indices: usize, marks: usize, count: i32, rows: i32,
  depth: i32, s0: i32, s1: i32, s2: i32, s3: i32, s4: i32, s5: i32,
): void {
  fillRun(marks, rows, 0);
  for (let i = 0; i < count; i++) {
    const place = placeOf(indices, depth, s0, s1, s2, s3, s4, s5);
    if (<u64>place < <u64>rows) store<u8>(marks + <usize>place, 1);
    indices += <usize>depth << 2;
  }
}

/**
 * Writes what rows of `bytes` bytes, in elements of `size` bytes, hold before the updates, but for those that are marked, if there are marks (not 0).
 * Items are rows.
 */
export function beginRows(
  task: i32, tasks: i32, marks: usize, initial: usize, y: usize, isElement: i32, rows: i32, bytes: usize, size: i32,
): void {
  const end = partStart(rows, task + 1, tasks);
  let row = partStart(rows, task, tasks);
  while (row < end) {
    const first = row;
    if (marks == 0) row = end;
    else while (row < end && !load<u8>(marks + row)) row++;
    begin(y, <usize>first * bytes, <usize>(row - first) * bytes, initial, <bool>isElement, size);
    row++;
  }
}

/**
 * Puts row `i` of the updates, which lie `step` bytes apart, into row `indices[i]` of `y`, of which there are `rows` of `bytes` bytes, one after the
 * other. In one part: the updates are read in the order in which they lie, and parts that read them all again would cost more than they save.
 */
export function putRows(
  _task: i32, _tasks: i32, indices: usize, updates: usize, y: usize, faults: usize, step: usize, count: i32, rows: i32, bytes: usize, kind: i32,
  depth: i32, s0: i32, s1: i32, s2: i32, s3: i32, s4: i32, s5: i32,
): void {
  if (depth == 1 && bytes == 4 && kind <= ADD_FLOATS) {
    if (kind == REPLACE) putWords(indices, updates, y, faults, step, count, rows, false);
    else putWords(indices, updates, y, faults, step, count, rows, true);
    return;
  }
  for (let i = 0; i < count; i++) {
    const place = placeOf(indices, depth, s0, s1, s2, s3, s4, s5);
    if (<u64>place < <u64>rows) put(kind, updates, y + <usize>place * bytes, bytes);
    else noteOutside(faults, <i32>place, rows);
    indices += <usize>depth << 2;
    updates += step;
  }
}
