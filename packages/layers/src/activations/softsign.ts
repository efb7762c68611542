import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * A curve from -1 to 1, `softsign(x) = x / (1 + |x|)`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * softsign(tf.tensor1d([-2, 0, 3])); // [-0.6666667, 0, 0.75]
 * @see torch.nn.functional.softsign
 */
export const softsign: Activation = (x) => tf.div(x, tf.add(tf.abs(x), 1));
