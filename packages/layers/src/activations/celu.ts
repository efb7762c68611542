import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import type { Activation } from '../activation.ts';

/**
 * The exponential linear unit with a continuous slope: `max(x, 0) + alpha (exp(min(x, 0) / alpha) - 1)`, element by element.
 *
 * @param alpha not 0, by default 1
 * @returns a function of any shape to the same shape
 * @throws KumikoError when `alpha` is out of range
 * @example
 * celu(2)(tf.tensor1d([-2, 0, 3])); // [-1.264241, 0, 3]
 * @see Barron, "Continuously differentiable exponential linear units", 2017; torch.nn.functional.celu
 */
export function celu(alpha = 1): Activation {
  check(alpha !== 0 && Number.isFinite(alpha), 'celu', () => `expected alpha not 0, got ${alpha}. Pass for example 1.`);
  return (x) => tf.add(tf.relu(x), tf.mul(tf.elu(tf.div(tf.minimum(x, 0), alpha)), alpha));
}
