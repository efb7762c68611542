import * as tf from '@tensorflow/tfjs-core';
import { inverseErrorFunction } from './inverse-error-function.ts';
import { symmetricUniform } from './symmetric-uniform.ts';

/** What the op is called with beside its tensors. */
export type RandomNormalAttributes = { readonly shape: number[]; readonly mean: number; readonly standardDeviation: number };

/** Normals by plain tfjs ops: the truth for every body of randomNormal. */
export function randomNormalReference(
  { key }: Record<'key', tf.Tensor>,
  { shape, mean, standardDeviation }: RandomNormalAttributes,
): tf.Tensor {
  return tf.tidy(() => {
    const standard = tf.mul(inverseErrorFunction(symmetricUniform(key as tf.Tensor1D, shape)), Math.SQRT2);
    return tf.add(tf.mul(standard, standardDeviation), mean);
  });
}
