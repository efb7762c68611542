import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The logistic function, `sigmoid(x) = 1 / (1 + exp(-x))`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * sigmoid(tf.tensor1d([-2, 0, 3])); // [0.1192029, 0.5, 0.9525741]
 * @see tf.sigmoid, torch.sigmoid
 */
export const sigmoid: Activation = (x) => tf.sigmoid(x);
