import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@kumiko/core';
import { randomUniform } from '../random-uniform.ts';

/** `(2k + 1) / 2^24 - 1`, k the upper 24 bits of a word: in (-1, 1), symmetric about 0. Both steps are exact in float32. */
export function symmetricUniform(key: tf.Tensor1D, shape: Shape): tf.Tensor {
  return tf.tidy(() => tf.sub(tf.mul(randomUniform(key, shape), 2), 1 - 2 ** -24));
}
