import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The self-normalising unit, `selu(x) = 1.0507 x` where x > 0, else `1.7581 (exp(x) - 1)`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * selu(tf.tensor1d([-2, 0, 3])); // [-1.5201665, 0, 3.152103]
 * @see Klambauer et al., "Self-normalizing neural networks", NeurIPS 2017; torch.nn.functional.selu
 */
export const selu: Activation = (x) => tf.selu(x);
