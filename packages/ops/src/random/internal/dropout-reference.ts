import * as tf from '@tensorflow/tfjs-core';
import { randomUniform } from '../random-uniform.ts';

/** What the op is called with beside its tensors. */
export type DropoutAttributes = { readonly rate: number };

/** Dropout by plain tfjs ops: the truth for every body of dropout. */
export function dropoutReference({ x, key }: Record<'x' | 'key', tf.Tensor>, { rate }: DropoutAttributes): tf.Tensor {
  return tf.tidy(() => {
    const kept = tf.greaterEqual(randomUniform(key as tf.Tensor1D, x.shape), rate);
    return tf.where(kept, tf.mul(x, 1 / (1 - rate)), tf.zerosLike(x));
  });
}
