import { fillRun } from './fill.as';
import { keyOf } from './top-elements.as';
import { partStart } from './vector.as';
import { wordAt } from './word-at.as';

/** Bits of a key by which a pass sorts: four passes see all 32. */
// @ts-ignore: decorator
@inline
const DIGIT_BITS: i32 = 8;
// @ts-ignore: decorator
@inline
const DIGITS: i32 = 256;
// @ts-ignore: decorator
@inline
const PASSES: i32 = 4;

/** The counter of the digit of `key` in a pass. */
// @ts-ignore: decorator
@inline
function counterOf(counts: usize, key: u32, pass: i32): usize {
  return wordAt(counts, pass * DIGITS + <i32>((key >> <u32>(pass * DIGIT_BITS)) & (DIGITS - 1)));
}

/** Sorts a row by its digits, the lowest first; each pass keeps the order of equals. */
function sortRow(x: usize, values: usize, places: usize, scratch: usize, length: i32, k: i32, isFloat: bool): void {
  const counts = scratch;
  let from = wordAt(counts, PASSES * DIGITS);
  let to = from + (<usize>length << 3);
  fillRun(counts, PASSES * DIGITS * 4, 0);
  for (let i = 0; i < length; i++) {
    // The greatest first: the least of these.
    const key = ~(<u32>keyOf(wordAt(x, i), isFloat) ^ 0x80000000);
    store<u64>(from + (<usize>i << 3), (<u64>key << 32) | i);
    for (let pass = 0; pass < PASSES; pass++) {
      const counter = counterOf(counts, key, pass);
      store<i32>(counter, load<i32>(counter) + 1);
    }
  }
  for (let pass = 0; pass < PASSES; pass++) {
    let total = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const counter = wordAt(counts, pass * DIGITS + digit);
      const count = load<i32>(counter);
      store<i32>(counter, total);
      total += count;
    }
    for (let i = 0; i < length; i++) {
      const element = load<u64>(from + (<usize>i << 3));
      const counter = counterOf(counts, <u32>(element >> 32), pass);
      const place = load<i32>(counter);
      store<i32>(counter, place + 1);
      store<u64>(to + (<usize>place << 3), element);
    }
    const next = from;
    from = to;
    to = next;
  }
  for (let i = 0; i < k; i++) {
    const place = load<i32>(from + (<usize>i << 3));
    store<i32>(wordAt(places, i), place);
    store<u32>(wordAt(values, i), load<u32>(wordAt(x, place)));
  }
}

/**
 * As topElements, for many of a row: all of it is sorted. Each part has 4 KiB and 16 bytes an element of a row of `scratch`. Items are rows.
 */
export function sortElements(
  task: i32, tasks: i32, x: usize, values: usize, places: usize, scratch: usize, rows: i32, length: i32, k: i32, isFloat: i32,
): void {
  scratch += <usize>task * wordAt(<usize>length << 4, PASSES * DIGITS);
  const end = partStart(rows, task + 1, tasks);
  for (let row = partStart(rows, task, tasks); row < end; row++) {
    const from = x + ((<usize>row * length) << 2);
    const shift = (<usize>row * k) << 2;
    if (isFloat) sortRow(from, values + shift, places + shift, scratch, length, k, true);
    else sortRow(from, values + shift, places + shift, scratch, length, k, false);
  }
}
