import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The exponential linear unit, `elu(x) = x` where x > 0, else `exp(x) - 1`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * elu(tf.tensor1d([-2, 0, 3])); // [-0.8646647, 0, 3]
 * @see Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units", ICLR 2016; torch.nn.functional.elu
 */
export const elu: Activation = (x) => tf.elu(x);
