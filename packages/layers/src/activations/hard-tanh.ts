import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The hyperbolic tangent drawn with three lines, `hardTanh(x) = min(max(x, -1), 1)`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * hardTanh(tf.tensor1d([-2, 0, 3])); // [-1, 0, 1]
 * @see torch.nn.functional.hardtanh
 */
export const hardTanh: Activation = (x) => tf.clipByValue(x, -1, 1);
