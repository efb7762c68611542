import type { TypedArray } from '@tensorflow/tfjs-core';

/** The two words of a key tensor's values. */
export function keyWords(values: TypedArray): readonly [number, number] {
  return [(values[0] as number) >>> 0, (values[1] as number) >>> 0];
}
