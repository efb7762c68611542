import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';

/**
 * Probabilities over the last axis: `softmax(x)_i = exp(x_i) / sum over j of exp(x_j)`. For training prefer a loss that takes logits.
 *
 * @param x `[...,classes]`
 * @returns the shape of `x`; the last axis sums to 1
 * @example
 * softmax(tf.tensor1d([0, 0])); // [0.5, 0.5]
 * @see tf.softmax, torch.softmax
 */
export const softmax: Activation = (x) => tf.softmax(x);
