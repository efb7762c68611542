import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import type { Activation } from '../activation.ts';

/**
 * Moves everything towards 0 by `threshold`, and what is closer to 0: `sign(x) max(|x| - threshold, 0)`, element by element.
 *
 * @param threshold 0 or more, by default 0.5
 * @returns a function of any shape to the same shape
 * @throws KumikoError when `threshold` is out of range
 * @example
 * softShrink()(tf.tensor1d([-2, 0, 3])); // [-1.5, 0, 2.5]
 * @see torch.nn.functional.softshrink
 */
export function softShrink(threshold = 0.5): Activation {
  check(threshold >= 0, 'softShrink', () => `expected threshold of at least 0, got ${threshold}. Pass for example 0.5.`);
  return (x) => tf.sub(tf.relu(tf.sub(x, threshold)), tf.relu(tf.sub(tf.neg(x), threshold)));
}
