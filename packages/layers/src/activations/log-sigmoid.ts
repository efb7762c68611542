import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The logarithm of the sigmoid, `logSigmoid(x) = -ln(1 + exp(-x))`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * logSigmoid(tf.tensor1d([-2, 0, 3])); // [-2.126928, -0.6931472, -0.0485874]
 * @see torch.nn.functional.logsigmoid
 */
export const logSigmoid: Activation = (x) => tf.neg(tf.softplus(tf.neg(x)));
