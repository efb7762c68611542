import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The Gaussian error linear unit, `gelu(x) = x (1 + erf(x / sqrt(2))) / 2`, element by element.
 *
 * @param x float32, any shape
 * @returns float32, the shape of x
 * @example
 * gelu(tf.tensor1d([-1, 0, 1])); // [-0.1586553, 0, 0.8413447]
 * @see Hendrycks and Gimpel, "Gaussian error linear units", 2016; torch gelu, BERT's
 */
export const gelu: Activation = (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

/**
 * The Gaussian error linear unit by a hyperbolic tangent, within 5e-4 of {@link gelu}: `x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2`.
 *
 * @param x float32, any shape
 * @returns float32, the shape of x
 * @example
 * geluTanh(tf.tensor1d([-1, 0, 1])); // [-0.158808, 0, 0.841192]
 * @see Hendrycks and Gimpel, 2016; torch gelu with approximate='tanh', GPT-2's
 */
export const geluTanh: Activation = (x) => {
  // (1 + tanh(u)) / 2 is sigmoid(2u).
  const slope = 2 * Math.sqrt(2 / Math.PI);
  return tf.mul(x, tf.sigmoid(tf.mul(x, tf.add(tf.mul(tf.square(x), 0.044715 * slope), slope))));
};
