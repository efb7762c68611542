import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link quantileLoss}. */
export interface QuantileLossOptions extends LossOptions {
  /** The quantile to predict, in (0, 1). Default: 0.5, the median. */
  readonly quantile?: number;
}

/**
 * The pinball loss, whose minimum is a quantile q of the targets: with `d = target - prediction` it is `q d` where `d >= 0`, else `(q - 1) d`.
 *
 * @param predictions float32, any shape
 * @param targets float32, the same shape
 * @param options `quantile`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `predictions` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, the quantile is outside (0, 1), or an option is wrong
 * @example
 * quantileLoss(tf.tensor1d([0, 2]), tf.tensor1d([1, 1]), { quantile: 0.75, reduction: 'none' }); // [0.75, 0.25]
 * @see Koenker and Bassett, "Regression quantiles", Econometrica 1978; sklearn.metrics.mean_pinball_loss
 */
export function quantileLoss(predictions: tf.Tensor, targets: tf.Tensor, options: QuantileLossOptions = {}): tf.Scalar {
  const { quantile = 0.5 } = options;
  checkSameShape('quantileLoss', "predictions'", predictions, 'targets', targets);
  check(quantile > 0 && quantile < 1, 'quantileLoss', () => `expected quantile in (0, 1), got ${quantile}. Pass for example 0.9.`);
  const difference = tf.sub(targets, predictions);
  const below = tf.greaterEqual(difference, 0);
  return finishLoss(tf.where(below, tf.mul(difference, quantile), tf.mul(difference, quantile - 1)), options);
}
