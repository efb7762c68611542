import * as tf from '@tensorflow/tfjs-core';
import { finishLoss } from './internal/finish-loss.ts';
import { hinges } from './internal/hinges.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * The square of the hinge: `max(0, 1 - y s)^2` for scores s, with y = 1 for a target of 1 and y = -1 for a target of 0.
 *
 * @param scores float32, any shape: any numbers, positive for the positive class
 * @param targets float32, int32 or bool, the same shape: 0 or 1, as for `binaryCrossEntropy`
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or the shape of `scores` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, or an option is wrong
 * @example
 * squaredHingeLoss(tf.tensor1d([0.5, 0.5]), tf.tensor1d([1, 0]), { reduction: 'none' }); // [0.25, 2.25]
 * @see keras.losses.SquaredHinge
 */
export function squaredHingeLoss(scores: tf.Tensor, targets: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  return finishLoss(tf.square(hinges('squaredHingeLoss', scores, targets)), options);
}
