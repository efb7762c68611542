import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The rectifier with a ceiling, `relu6(x) = min(max(x, 0), 6)`, element by element.
 *
 * As the `activation` of {@link conv2d} and {@link dense} it is fused into their kernels where no gradient is taken.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * relu6(tf.tensor1d([-2, 3, 9])); // [0, 3, 6]
 * @see Howard et al., "MobileNets", 2017; torch.nn.functional.relu6
 */
export const relu6: Activation = (x) => tf.relu6(x);
