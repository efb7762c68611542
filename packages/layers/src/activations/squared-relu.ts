import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The square of the rectifier, `squaredRelu(x) = max(x, 0)^2`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * squaredRelu(tf.tensor1d([-2, 0, 3])); // [0, 0, 9]
 * @see So et al., "Primer: searching for efficient transformers for language modeling", NeurIPS 2021
 */
export const squaredRelu: Activation = (x) => tf.square(tf.relu(x));
