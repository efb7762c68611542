import * as tf from '@tensorflow/tfjs-core';
import { smoothUnit } from './internal/smooth-unit.ts';

// (1 + tanh(u)) / 2 is sigmoid(2u).
const SLOPE = 2 * Math.sqrt(2 / Math.PI);
const CUBE = 0.044715 * SLOPE;

/** `sigmoid(2 sqrt(2/pi) (x + 0.044715 x^3))`. */
const gate = (x: tf.Tensor): tf.Tensor => tf.sigmoid(tf.mul(x, tf.add(tf.mul(tf.square(x), CUBE), SLOPE)));

const op = /* @__PURE__ */ smoothUnit({
  name: 'GeluTanh',
  reference: (x) => tf.mul(x, gate(x)),
  slope: (x) => {
    const s = gate(x);
    // Beyond 16 the gate is 0 or 1, and the square of x may be infinite.
    const near = tf.clipByValue(x, -16, 16);
    const inner = tf.mul(near, tf.add(tf.mul(tf.square(near), 3 * CUBE), SLOPE));
    return tf.add(s, tf.mul(tf.mul(s, tf.sub(1, s)), inner));
  },
});

/**
 * The Gaussian error linear unit by a hyperbolic tangent, within 5e-4 of {@link gelu}: `x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2`. One
 * kernel on wasm, and one more for its gradient, which has a gradient.
 *
 * @param x any shape; numbers of another dtype are cast to float32
 * @returns float32, the shape of x
 * @example
 * geluTanh(tf.tensor1d([-1, 0, 1])); // [-0.158808, 0, 0.841192]
 * @see Hendrycks and Gimpel, 2016, arXiv 1606.08415; torch.nn.functional.gelu with approximate='tanh', GPT-2's
 */
export const geluTanh = <T extends tf.Tensor>(x: T): T => op(x) as T;
