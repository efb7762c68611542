import * as tf from '@tensorflow/tfjs-core';
import { checkNotNegative, checkPositive } from './internal/check-number.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { overlaps } from './internal/overlaps.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link tverskyLoss}. */
export interface TverskyLossOptions extends LossOptions {
  /** Weight of false positives, 0 or more. Default: 0.3. */
  readonly alpha?: number;
  /** Weight of false negatives, 0 or more. Default: 0.7. */
  readonly beta?: number;
  /** How logits become probabilities. Default: `'sigmoid'`. */
  readonly activation?: 'sigmoid' | 'softmax';
  /** Added above and below the fraction, above 0. Default: 1. */
  readonly smooth?: number;
}

/**
 * One less Tversky's index of each image and class: `1 - (TP + smooth) / (TP + alpha FP + beta FN + smooth)` with
 * `TP = sum(p t)`, `FP = sum(p (1 - t))`, `FN = sum((1 - p) t)`. With both weights 0.5 it is Dice with twice the `smooth`, with both 1 Jaccard.
 *
 * @param logits float32 `[batch,...pixels,classes]`, before any activation
 * @param targets float32, int32 or bool, the same shape, from 0 to 1
 * @param options `alpha`, `beta`, `activation`, `smooth`, `sampleWeights`, `reduction`
 * @returns a scalar, or `[batch,classes]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is wrong
 * @example
 * tverskyLoss(tf.zeros([1, 4, 1]), tf.tensor3d([1, 1, 0, 0], [1, 4, 1])); // 0.3333333: 1 - (1 + 1) / (1 + 0.3 + 0.7 + 1)
 * @see Salehi et al., "Tversky loss function for image segmentation using 3D fully convolutional deep networks", MLMI 2017
 */
export function tverskyLoss(logits: tf.Tensor, targets: tf.Tensor, options: TverskyLossOptions = {}): tf.Scalar {
  const { alpha = 0.3, beta = 0.7, activation = 'sigmoid', smooth = 1 } = options;
  checkNotNegative('tverskyLoss', 'alpha', alpha);
  checkNotNegative('tverskyLoss', 'beta', beta);
  checkPositive('tverskyLoss', 'smooth', smooth);
  const { both, predicted, target } = overlaps('tverskyLoss', logits, targets, activation);
  const hits = tf.add(both, smooth);
  const misses = tf.add(tf.mul(tf.sub(predicted, both), alpha), tf.mul(tf.sub(target, both), beta));
  return finishLoss(tf.sub(1, tf.div(hits, tf.add(hits, misses))), options);
}
