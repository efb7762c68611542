import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The swish with a {@link hardSigmoid}, `hardSwish(x) = x min(max(x + 3, 0), 6) / 6`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * hardSwish(tf.tensor1d([-2, 0, 3])); // [-0.3333333, 0, 3]
 * @see Howard et al., "Searching for MobileNetV3", ICCV 2019; torch.nn.functional.hardswish
 */
export const hardSwish: Activation = (x) => tf.div(tf.mul(x, tf.relu6(tf.add(x, 3))), 6);
