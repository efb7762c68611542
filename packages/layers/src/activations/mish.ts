import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The self-regularised unit `mish(x) = x tanh(softplus(x))`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * mish(tf.tensor1d([-2, 0, 3])); // [-0.2525015, 0, 2.9865277]
 * @see Misra, "Mish: a self regularized non-monotonic activation function", BMVC 2020; torch.nn.functional.mish
 */
export const mish: Activation = (x) => tf.mul(x, tf.tanh(tf.softplus(x)));
