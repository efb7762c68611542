import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * A smooth rectifier, `softplus(x) = ln(1 + exp(x))`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * softplus(tf.tensor1d([-2, 0, 3])); // [0.126928, 0.6931472, 3.0485873]
 * @see tf.softplus, torch.nn.functional.softplus
 */
export const softplus: Activation = (x) => tf.softplus(x);
