import { copyRun } from './copy-strided.as';
import { fillRun, repeated } from './fill.as';
import { partStart } from './vector.as';

/** What is outside of the input: {@link CONSTANT}, or its mirror image with or without the outermost element. */
// @ts-ignore: decorator
@inline
const CONSTANT: i32 = -1;

/** The element of an axis of length `n` that stands at place `i`, which may lie before or behind it; -1 for the constant. */
// @ts-ignore: decorator
@inline
function sourceOf(i: i32, n: i32, mode: i32): i32 {
  if (<u32>i < <u32>n) return i;
  if (mode == CONSTANT) return -1;
  return i < 0 ? mode - 1 - i : 2 * n - 1 - mode - i;
}

/** Writes the places `first` to `end - 1` of a padded row, all of them outside of the input's row of `n` elements of `bytes` bytes. */
// @ts-ignore: decorator
@inline
function padRow(from: usize, to: usize, first: i32, end: i32, n: i32, bytes: usize, mode: i32, word: i32): void {
  if (mode == CONSTANT) {
    fillRun(to, <usize>(end - first) * bytes, word);
    return;
  }
  for (let i = first; i < end; i++) {
    copyRun(from + <usize>sourceOf(i, n, mode) * bytes, to, bytes);
    to += bytes;
  }
}

/**
 * Pads an array of up to six axes, of which axis `i` has `ni` elements, `bi` places before them and `mi` places in all; axis 0 is the innermost,
 * and its elements have `bytes` bytes. `mode` is -1 for a constant, whose bits are `word`, 1 for a mirror image without the outermost element and
 * 0 for one with it. Items are rows of the output.
 */
export function pad(
  task: i32, tasks: i32, x: usize, y: usize, mode: i32, word: i32, size: i32, bytes: usize, n0: i32, b0: i32, m0: i32, n1: i32, b1: i32, m1: i32,
  n2: i32, b2: i32, m2: i32, n3: i32, b3: i32, m3: i32, n4: i32, b4: i32, m4: i32, n5: i32, b5: i32, m5: i32,
): void {
  const items = m1 * m2 * m3 * m4 * m5;
  const end = partStart(items, task + 1, tasks);
  const row = <usize>m0 * bytes;
  const filling = repeated(word, size);
  for (let item = partStart(items, task, tasks); item < end; item++) {
    const after1 = item / m1;
    const after2 = after1 / m2;
    const after3 = after2 / m3;
    const after4 = after3 / m4;
    const i1 = sourceOf(item - after1 * m1 - b1, n1, mode);
    const i2 = sourceOf(after1 - after2 * m2 - b2, n2, mode);
    const i3 = sourceOf(after2 - after3 * m3 - b3, n3, mode);
    const i4 = sourceOf(after3 - after4 * m4 - b4, n4, mode);
    const i5 = sourceOf(after4 - b5, n5, mode);
    const to = y + <usize>item * row;
    if ((i1 | i2 | i3 | i4 | i5) < 0) {
      fillRun(to, row, filling);
      continue;
    }
    const from = x + <usize>((((i5 * n4 + i4) * n3 + i3) * n2 + i2) * n1 + i1) * <usize>n0 * bytes;
    const inside = to + <usize>b0 * bytes;
    padRow(from, to, -b0, 0, n0, bytes, mode, filling);
    copyRun(from, inside, <usize>n0 * bytes);
    padRow(from, inside + <usize>n0 * bytes, n0, m0 - b0, n0, bytes, mode, filling);
  }
}
