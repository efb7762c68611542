import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The rectifier, `relu(x) = max(x, 0)`, element by element.
 *
 * As the `activation` of {@link conv2d} and {@link dense} it is fused into their kernels where no gradient is taken.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * relu(tf.tensor1d([-2, 0, 3])); // [0, 0, 3]
 * @see Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010
 */
export const relu: Activation = (x) => tf.relu(x);
