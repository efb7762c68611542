import * as tf from '@tensorflow/tfjs-core';
import { smoothUnit } from './internal/smooth-unit.ts';

/** `(1 + erf(x / sqrt(2))) / 2`. */
const normalBelow = (x: tf.Tensor): tf.Tensor => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);

const op = /* @__PURE__ */ smoothUnit({
  name: 'Gelu',
  reference: (x) => tf.mul(x, normalBelow(x)),
  slope: (x) => tf.add(normalBelow(x), tf.mul(x, tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI)))),
});

/**
 * The Gaussian error linear unit, `gelu(x) = x (1 + erf(x / sqrt(2))) / 2`, element by element: one kernel on wasm, within 2^-22 |x|, and one more
 * for its gradient, which has a gradient.
 *
 * @param x any shape; numbers of another dtype are cast to float32
 * @returns float32, the shape of x
 * @example
 * gelu(tf.tensor1d([-1, 0, 1])); // [-0.1586553, 0, 0.8413447]
 * @see Hendrycks and Gimpel, "Gaussian error linear units", 2016, arXiv 1606.08415; torch.nn.functional.gelu
 */
export const gelu = <T extends tf.Tensor>(x: T): T => op(x) as T;
