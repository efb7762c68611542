import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * What the hyperbolic tangent leaves, `tanhShrink(x) = x - tanh(x)`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * tanhShrink(tf.tensor1d([-2, 0, 3])); // [-1.0359724, 0, 2.0049452]
 * @see torch.nn.functional.tanhshrink
 */
export const tanhShrink: Activation = (x) => tf.sub(x, tf.tanh(x));
