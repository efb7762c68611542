import type { DataType } from '@tensorflow/tfjs-core';

const float = new Float32Array(1);
const word = new Int32Array(float.buffer);

/** The bits of a number as a 32-bit float, or as a 32-bit integer. */
export function wordBits(value: number, dtype: DataType): number {
  if (dtype !== 'float32') return value | 0;
  float[0] = value;
  return word[0]!;
}
