import { copyRun } from './copy-strided.as';
import { fillRun, repeated } from './fill.as';
import { noteOutside, placeOf } from './indexed-rows.as';
import { partStart } from './vector.as';

/** What {@link scatterRows} and {@link scatterDirectly} do with an update. */
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

/** What is left of floats that are added to 0: a zero has no sign then. */
function copyFloats(from: usize, to: usize, bytes: usize): void {
  const zeros = f32x4.splat(0);
  for (; bytes >= 16; bytes -= 16) {
    v128.store(to, f32x4.add(v128.load(from), zeros));
    from += 16;
    to += 16;
  }
  for (; bytes > 0; bytes -= 4) {
    store<f32>(to, load<f32>(from) + 0);
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
 * Writes all of `y`, `rows` rows of `bytes` bytes in elements of `size` bytes, then puts row `i` of the updates, which lie `step` bytes apart, into
 * row `indices[i]`, one after the other. Items are rows; each part reads all indices.
 */
export function scatterDirectly(
  task: i32, tasks: i32, indices: usize, updates: usize, initial: usize, y: usize, faults: usize, step: usize, isElement: i32, count: i32,
  rows: i32, bytes: usize, size: i32, kind: i32, depth: i32, s0: i32, s1: i32, s2: i32, s3: i32, s4: i32, s5: i32,
): void {
  const first = partStart(rows, task, tasks);
  const end = partStart(rows, task + 1, tasks);
  begin(y, <usize>first * bytes, <usize>(end - first) * bytes, initial, <bool>isElement, size);
  if (kind == REPLACE && depth == 1 && bytes == 4 && tasks == 1) {
    replaceWords(indices, updates, step, y, faults, count, rows);
    return;
  }
  for (let i = 0; i < count; i++) {
    const place = placeOf(indices + (<usize>(i * depth) << 2), depth, s0, s1, s2, s3, s4, s5);
    if (<u64>place >= <u64>rows) noteOutside(faults, <i32>place, rows);
    else if (place >= <i64>first && place < <i64>end) put(kind, updates + <usize>i * step, y + <usize>place * bytes, bytes);
  }
}

/**
 * Links the updates of each of `rows` rows: `heads` gets the first update of a row, or -1, and `nexts` the one that follows an update. Without `nexts`
 * (0), `heads` gets the last one. In one part.
 */
export function linkUpdates(
  _task: i32, _tasks: i32, indices: usize, heads: usize, nexts: usize, faults: usize, count: i32, rows: i32,
  depth: i32, s0: i32, s1: i32, s2: i32, s3: i32, s4: i32, s5: i32,
): void {
  fillRun(heads, <usize>rows << 2, -1);
  for (let i = count - 1; i >= 0; i--) {
    const place = placeOf(indices + (<usize>(i * depth) << 2), depth, s0, s1, s2, s3, s4, s5);
    if (<u64>place >= <u64>rows) {
      noteOutside(faults, <i32>place, rows);
      continue;
    }
    const head = heads + (<usize>place << 2);
    const next = load<i32>(head);
    if (nexts != 0) store<i32>(nexts + (<usize>i << 2), next);
    else if (next >= 0) continue;
    store<i32>(head, i);
  }
}

/**
 * Writes all of `y`, [rows, columns] elements of `size` bytes, in one pass: a row is its update or the sum of them on zeros, as {@link linkUpdates}
 * found them, and what is there before the updates where it has none. Parts are stretches of rows times `slices` slices of the columns.
 */
export function scatterRows(
  task: i32, tasks: i32, heads: usize, nexts: usize, updates: usize, initial: usize, y: usize, step: usize, isElement: i32,
  rows: i32, columns: i32, size: i32, kind: i32, slices: i32,
): void {
  const stretches = tasks / slices;
  const stretch = task / slices;
  const slice = task - stretch * slices;
  const end = partStart(rows, stretch + 1, stretches);
  const left = <usize>partStart(columns, slice, slices) * size;
  const width = <usize>partStart(columns, slice + 1, slices) * size - left;
  for (let row = partStart(rows, stretch, stretches); row < end; row++) {
    const offset = <usize>row * <usize>columns * size + left;
    let update = load<i32>(heads + (<usize>row << 2));
    if (update < 0) {
      begin(y, offset, width, initial, <bool>isElement, size);
      continue;
    }
    const first = updates + <usize>update * step + left;
    if (kind == ADD_FLOATS) copyFloats(first, y + offset, width);
    else copyRun(first, y + offset, width);
    if (kind == REPLACE) continue;
    for (update = load<i32>(nexts + (<usize>update << 2)); update >= 0; update = load<i32>(nexts + (<usize>update << 2))) {
      put(kind, updates + <usize>update * step + left, y + offset, width);
    }
  }
}
