import * as tf from '@tensorflow/tfjs-core';
import { smoothUnit } from './internal/smooth-unit.ts';

const op = /* @__PURE__ */ smoothUnit({
  name: 'Silu',
  reference: (x) => tf.mul(x, tf.sigmoid(x)),
  slope: (x) => {
    const s = tf.sigmoid(x);
    // Beyond 128 the sigmoid is 0 or 1.
    return tf.mul(s, tf.add(tf.mul(tf.clipByValue(x, -128, 128), tf.sub(1, s)), 1));
  },
});

/**
 * The sigmoid linear unit, also called swish, `silu(x) = x sigmoid(x)`, element by element: one kernel on wasm, and one more for its gradient, which
 * has a gradient.
 *
 * @param x any shape; numbers of another dtype are cast to float32
 * @returns float32, the shape of x
 * @example
 * silu(tf.tensor1d([-2, 0, 3])); // [-0.2384058, 0, 2.8577224]
 * @see Elfwing, Uchibe and Doya, 2017, arXiv 1702.03118; torch.nn.functional.silu
 */
export const silu = <T extends tf.Tensor>(x: T): T => op(x) as T;
