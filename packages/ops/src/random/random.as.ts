import { loadPartial, storePartial } from '../assembly/vector.as';
import { inverseErrorFunction4 } from './inverse-error-function.as';
import { block, fillWords } from './threefry.as';

/** Tensors of random numbers draw from the counters (2, 0), (2, 1), ...: 0 belongs to splitting a key and 1 to folding into it. */
const STREAM: u32 = 2;
/** Words drawn before they are turned into numbers: they stay in the nearest cache. A multiple of 8. */
const CHUNK: i32 = 1024;

/** Words in a part when `count` words are split into `tasks` parts: whole vectors of blocks, so that no part splits a block. */
// @ts-ignore: decorator
@inline
function partWords(count: i32, tasks: i32): i32 {
  return (((count + tasks - 1) / tasks + 7) / 8) * 8;
}

/** One past the last word of a part. */
// @ts-ignore: decorator
@inline
function partEnd(count: i32, task: i32, tasks: i32): i32 {
  return <i32>min<i64>(<i64>count, <i64>(task + 1) * partWords(count, tasks));
}

/** Random words, `count` of them. */
export function threefryBits(task: i32, tasks: i32, key: usize, out: usize, count: i32): void {
  const start = task * partWords(count, tasks);
  const end = partEnd(count, task, tasks);
  if (start < end) fillWords(key, STREAM, <u32>start >> 1, end - start, out + (<usize>start << 2));
}

/** `min(minimum + range * k / 2^24, limit)`, k the upper 24 bits of a word. */
export function threefryUniform(task: i32, tasks: i32, key: usize, out: usize, count: i32, minimum: f32, range: f32, limit: f32): void {
  const end = partEnd(count, task, tasks);
  const scale = f32x4.splat(range * <f32>5.9604644775390625e-8);
  for (let start = task * partWords(count, tasks); start < end; start += CHUNK) {
    const words = min<i32>(CHUNK, end - start);
    const pointer = out + (<usize>start << 2);
    fillWords(key, STREAM, <u32>start >> 1, words, pointer);
    for (let i = 0; i < words; i += 4) {
      const at = pointer + (<usize>i << 2);
      const k = f32x4.convert_i32x4_s(i32x4.shr_u(loadPartial(at, words - i), 8));
      const value = f32x4.add(f32x4.mul(k, scale), f32x4.splat(minimum));
      storePartial(at, f32x4.pmin(value, f32x4.splat(limit)), words - i);
    }
  }
}

/** `mean + standardDeviation sqrt(2) erfinv(x)` with `x = (2k + 1) / 2^24 - 1`, k the upper 24 bits of a word. */
export function threefryNormal(task: i32, tasks: i32, key: usize, out: usize, count: i32, mean: f32, standardDeviation: f32): void {
  const end = partEnd(count, task, tasks);
  for (let start = task * partWords(count, tasks); start < end; start += CHUNK) {
    const words = min<i32>(CHUNK, end - start);
    const pointer = out + (<usize>start << 2);
    fillWords(key, STREAM, <u32>start >> 1, words, pointer);
    for (let i = 0; i < words; i += 4) {
      const at = pointer + (<usize>i << 2);
      const k = f32x4.convert_i32x4_s(i32x4.shr_u(loadPartial(at, words - i), 8));
      const x = f32x4.sub(f32x4.mul(k, f32x4.splat(1.1920928955078125e-7)), f32x4.splat(0.999999940395355224609375));
      const z = f32x4.mul(inverseErrorFunction4(x), f32x4.splat(1.41421356237309515));
      storePartial(at, f32x4.add(f32x4.mul(z, f32x4.splat(standardDeviation)), f32x4.splat(mean)), words - i);
    }
  }
}

/** `x * scale` where the upper 24 bits of the element's word are `threshold` or more, else 0. `x` and `out` must not overlap. */
export function threefryDropout(task: i32, tasks: i32, key: usize, x: usize, out: usize, count: i32, threshold: i32, scale: f32): void {
  const end = partEnd(count, task, tasks);
  for (let start = task * partWords(count, tasks); start < end; start += CHUNK) {
    const words = min<i32>(CHUNK, end - start);
    const offset = <usize>start << 2;
    fillWords(key, STREAM, <u32>start >> 1, words, out + offset);
    for (let i = 0; i < words; i += 4) {
      const at = out + offset + (<usize>i << 2);
      const from = x + offset + (<usize>i << 2);
      const kept = i32x4.ge_s(i32x4.shr_u(loadPartial(at, words - i), 8), i32x4.splat(threshold));
      const scaled = f32x4.mul(loadPartial(from, words - i), f32x4.splat(scale));
      storePartial(at, v128.and(scaled, kept), words - i);
    }
  }
}

/** The key of the counter (high, data): two words. One part. */
export function threefryKey(_task: i32, _tasks: i32, key: usize, data: usize, high: i32, out: usize): void {
  fillWords(key, high, load<u32>(data), 2, out);
}

/** The numbers 0 to `count - 1` in the order that core's `generator(key).permutation(count)` puts them in. One part. */
export function threefryPermutation(_task: i32, _tasks: i32, key: usize, out: usize, count: i32): void {
  const key0 = load<u32>(key);
  const key1 = load<u32>(key, 4);
  for (let i = 0; i < count; i++) store<i32>(out + (<usize>i << 2), i);
  let drawn: u64 = 0;
  let words: u64 = 0;
  for (let i = count - 1; i > 0; i--) {
    const max = <u64>i + 1;
    const limit = (<u64>1 << 32) - ((<u64>1 << 32) % max);
    let word = limit;
    while (word >= limit) {
      if ((drawn & 1) == 0) words = block(key0, key1, STREAM + <u32>(drawn >> 33), <u32>(drawn >> 1));
      else words >>= 32;
      drawn++;
      word = words & 0xffffffff;
    }
    const first = out + (<usize>i << 2);
    const second = out + (<usize>(word % max) << 2);
    const swapped = load<i32>(first);
    store<i32>(first, load<i32>(second));
    store<i32>(second, swapped);
  }
}
