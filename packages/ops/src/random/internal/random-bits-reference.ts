import * as tf from '@tensorflow/tfjs-core';
import { hostValues } from '../../internal/host-values.ts';
import { keyWords } from './key-words.ts';
import { threefryLimbs } from './threefry-limbs.ts';

/** What the op is called with beside its tensors. */
export type RandomBitsAttributes = { readonly shape: number[] };

/** Words of 32 bits by plain tfjs ops, where int32 has 32 bits: the truth for every body of randomBits. */
export function randomBitsReference({ key }: Record<'key', tf.Tensor>, { shape }: RandomBitsAttributes): tf.Tensor {
  const count = tf.util.sizeFromShape(shape);
  if (count === 0) return tf.zeros(shape, 'int32');
  return tf.tidy(() => {
    const { high, low } = threefryLimbs(keyWords(hostValues(key)), count);
    const signed = tf.cast(tf.sub(high, tf.mul(tf.cast(tf.greaterEqual(high, 2 ** 15), 'float32'), 2 ** 16)), 'int32');
    return tf.reshape(tf.add(tf.mul(signed, tf.scalar(2 ** 16, 'int32')), tf.cast(low, 'int32')), shape);
  });
}
