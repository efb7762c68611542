import type * as tf from '@tensorflow/tfjs-core';
import { finishLoss } from './internal/finish-loss.ts';
import { hinges } from './internal/hinges.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * The hinge of a support vector machine: `max(0, 1 - y s)` for scores s, with y = 1 for a target of 1 and y = -1 for a target of 0.
 *
 * @param scores float32, any shape: any numbers, positive for the positive class
 * @param targets float32, int32 or bool, the same shape: 0 or 1, as for `binaryCrossEntropy`
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or the shape of `scores` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, or an option is wrong
 * @example
 * hingeLoss(tf.tensor1d([0.25, 0.25]), tf.tensor1d([1, 0]), { reduction: 'none' }); // [0.75, 1.25]
 * @see Cortes and Vapnik, "Support-vector networks", 1995; sklearn.metrics.hinge_loss
 */
export function hingeLoss(scores: tf.Tensor, targets: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  return finishLoss(hinges('hingeLoss', scores, targets), options);
}
