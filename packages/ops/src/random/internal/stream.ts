import { threefryFill } from '@kumiko/core';

/** The high counter word of tensors and of core's `generator`: 0 belongs to `splitKey` and 1 to `foldIn`. */
export const STREAM = 2;

/** The first `count` words of a key's stream. */
export function streamWords(key: readonly [number, number], count: number): Uint32Array {
  const words = new Uint32Array(count + (count % 2));
  threefryFill(key, [STREAM, 0], words);
  return words.subarray(0, count);
}
