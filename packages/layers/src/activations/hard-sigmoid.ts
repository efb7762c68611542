import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The sigmoid drawn with three lines, `hardSigmoid(x) = min(max(x + 3, 0), 6) / 6`. tfjs-layers has a slope of 0.2 instead, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * hardSigmoid(tf.tensor1d([-2, 0, 3])); // [0.1666667, 0.5, 1]
 * @see Howard et al., "Searching for MobileNetV3", ICCV 2019; torch.nn.functional.hardsigmoid
 */
export const hardSigmoid: Activation = (x) => tf.div(tf.relu6(tf.add(x, 3)), 6);
