import * as tf from '@tensorflow/tfjs-core';
import { hostValues } from '../../internal/host-values.ts';
import { keyWords } from './key-words.ts';
import { threefryLimbs } from './threefry-limbs.ts';
import { uniformScale } from './uniform-scale.ts';

/** What the op is called with beside its tensors. */
export type RandomUniformAttributes = { readonly shape: number[]; readonly minimum: number; readonly maximum: number };

/** Uniforms by plain tfjs ops: the truth for every body of randomUniform. */
export function randomUniformReference({ key }: Record<'key', tf.Tensor>, { shape, minimum, maximum }: RandomUniformAttributes): tf.Tensor {
  const count = tf.util.sizeFromShape(shape);
  if (count === 0) return tf.zeros(shape);
  const scale = uniformScale(minimum, maximum);
  return tf.tidy(() => {
    const { high, low } = threefryLimbs(keyWords(hostValues(key)), count);
    const upper = tf.add(tf.mul(high, 2 ** 8), tf.floor(tf.mul(low, 2 ** -8)));
    const value = tf.add(tf.mul(tf.mul(upper, 2 ** -24), scale.range), scale.minimum);
    return tf.reshape(tf.minimum(value, scale.limit), shape);
  });
}
