import { partStart } from './vector.as';

/** Runs of zeros of this many bytes and more are left to the engine. */
// @ts-ignore: decorator
@inline
const LONG_RUN: usize = 512;

/** Writes bytes of a repeated word, of which bytes that are left over get the first ones. */
export function fillRun(to: usize, bytes: usize, word: i32): void {
  if (word == 0 && bytes >= LONG_RUN) {
    memory.fill(to, 0, bytes);
    return;
  }
  const words = i32x4.splat(word);
  for (; bytes >= 64; bytes -= 64) {
    v128.store(to, words);
    v128.store(to, words, 16);
    v128.store(to, words, 32);
    v128.store(to, words, 48);
    to += 64;
  }
  for (; bytes >= 16; bytes -= 16) {
    v128.store(to, words);
    to += 16;
  }
  for (; bytes >= 4; bytes -= 4) {
    store<i32>(to, word);
    to += 4;
  }
  for (; bytes > 0; bytes--) store<u8>(to++, <u8>word);
}

/** A word of an element of 4 bytes, or of four times an element of 1. */
// @ts-ignore: decorator
@inline
export function repeated(element: i32, size: i32): i32 {
  return size == 4 ? element : (element & 0xff) * 0x01010101;
}

/** Writes `count` elements of one value: floats, integers of four bytes, or bools. Items are groups of 64 elements. */
export function fill(task: i32, tasks: i32, y: usize, count: i32, isFloat: i32, size: i32, value: f64): void {
  const word = isFloat ? reinterpret<i32>(<f32>value) : repeated(<i32>value, size);
  const groups = (count + 63) / 64;
  const first = partStart(groups, task, tasks) * 64;
  const end = min(count, partStart(groups, task + 1, tasks) * 64);
  fillRun(y + <usize>first * size, <usize>(end - first) * size, word);
}
