import * as tf from '@tensorflow/tfjs-core';
import { checkPositive } from './internal/check-number.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { overlaps } from './internal/overlaps.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link generalizedDiceLoss}. */
export interface GeneralizedDiceLossOptions extends LossOptions {
  /** How logits become probabilities. Default: `'softmax'`. */
  readonly activation?: 'sigmoid' | 'softmax';
  /** Added above and below the fraction, above 0. Default: 1e-5. */
  readonly smooth?: number;
}

/**
 * Dice over all classes of an image, small ones as heavy as large ones: `1 - (2 sum_c w_c sum(p t) + smooth) / (sum_c w_c sum(p + t) + smooth)`
 * with `w_c = 1 / max(sum t, 1)^2`; the lower bound of one pixel keeps the weight of an absent class finite, which the paper leaves open.
 *
 * @param logits float32 `[batch,...pixels,classes]`, before any activation
 * @param targets float32, int32 or bool, the same shape, from 0 to 1
 * @param options `activation`, `smooth`, `sampleWeights`, `reduction`
 * @returns a scalar, or `[batch]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is wrong
 * @example
 * generalizedDiceLoss(tf.zeros([1, 2, 2]), tf.tensor3d([1, 0, 0, 1], [1, 2, 2])); // 0.5
 * @see Sudre et al., "Generalised Dice overlap as a deep learning loss function for highly unbalanced segmentations", DLMIA 2017
 */
export function generalizedDiceLoss(logits: tf.Tensor, targets: tf.Tensor, options: GeneralizedDiceLossOptions = {}): tf.Scalar {
  const { activation = 'softmax', smooth = 1e-5 } = options;
  checkPositive('generalizedDiceLoss', 'smooth', smooth);
  const { both, predicted, target } = overlaps('generalizedDiceLoss', logits, targets, activation);
  const weights = tf.reciprocal(tf.square(tf.maximum(target, 1)));
  const shared = tf.mul(tf.sum(tf.mul(weights, both), -1), 2);
  const all = tf.sum(tf.mul(weights, tf.add(predicted, target)), -1);
  return finishLoss(tf.sub(1, tf.div(tf.add(shared, smooth), tf.add(all, smooth))), options);
}
