import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The coarse approximation of {@link gelu} that CLIP uses, `x sigmoid(1.702 x)`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * quickGelu(tf.tensor1d([-2, 0, 3])); // [-0.0643414, 0, 2.9819288]
 * @see Hendrycks and Gimpel, "Gaussian error linear units", 2016
 */
export const quickGelu: Activation = (x) => tf.mul(x, tf.sigmoid(tf.mul(x, 1.702)));
