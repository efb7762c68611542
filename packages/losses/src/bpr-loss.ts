import * as tf from '@tensorflow/tfjs-core';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { softplus } from './internal/softplus.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * Bayesian personalised ranking: `-ln sigmoid(positive - negative)`, how surely an item that was chosen beats one that was not.
 *
 * @param positives float32, any shape: scores of chosen items
 * @param negatives float32, the same shape: scores of others
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or the shape of `positives` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, or an option is wrong
 * @example
 * bprLoss(tf.tensor1d([1e4, 0]), tf.tensor1d([0, 0]), { reduction: 'none' }); // [0, 0.6931472]
 * @see Rendle et al., "BPR: Bayesian personalized ranking from implicit feedback", UAI 2009
 */
export function bprLoss(positives: tf.Tensor, negatives: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  checkSameShape('bprLoss', "positives'", positives, 'negatives', negatives);
  return finishLoss(softplus(tf.sub(negatives, positives)), options);
}
