import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * The sigmoid linear unit, also called swish, `silu(x) = x sigmoid(x)`, element by element.
 *
 * @param x any shape
 * @returns the shape of `x`
 * @example
 * silu(tf.tensor1d([-2, 0, 3])); // [-0.2384058, 0, 2.8577224]
 * @see Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and Le, "Searching for activation functions", 2017; torch.nn.functional.silu
 */
export const silu: Activation = (x) => tf.mul(x, tf.sigmoid(x));
