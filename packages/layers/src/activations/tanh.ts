import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The hyperbolic tangent, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * tanh(tf.tensor1d([-2, 0, 3])); // [-0.9640276, 0, 0.9950548]
 * @see tf.tanh, torch.tanh
 */
export const tanh: Activation = (x) => tf.tanh(x);
