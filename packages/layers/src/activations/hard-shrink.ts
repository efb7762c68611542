import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import type { Activation } from '../activation.ts';

/**
 * Sets to 0 what lies within `threshold` of it: `x` where |x| > threshold, else 0, element by element.
 *
 * @param threshold 0 or more, by default 0.5
 * @returns a function of any shape to the same shape
 * @throws KumikoError when `threshold` is out of range
 * @example
 * hardShrink(2)(tf.tensor1d([-2, 0, 3])); // [0, 0, 3]
 * @see torch.nn.functional.hardshrink
 */
export function hardShrink(threshold = 0.5): Activation {
  check(threshold >= 0, 'hardShrink', () => `expected threshold of at least 0, got ${threshold}. Pass for example 0.5.`);
  return (x) => tf.where(tf.greater(tf.abs(x), threshold), x, tf.zerosLike(x));
}
