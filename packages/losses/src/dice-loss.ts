import * as tf from '@tensorflow/tfjs-core';
import { checkPositive } from './internal/check-number.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { overlaps } from './internal/overlaps.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link diceLoss}. */
export interface DiceLossOptions extends LossOptions {
  /** How logits become probabilities. Default: `'sigmoid'`. */
  readonly activation?: 'sigmoid' | 'softmax';
  /** Added above and below the fraction, above 0, so that an empty target that is predicted empty costs nothing. Default: 1. */
  readonly smooth?: number;
}

/**
 * One less the soft Dice coefficient of each image and class: `1 - (2 sum(p t) + smooth) / (sum p + sum t + smooth)` over the pixels.
 * (Milletari et al. square p and t below the fraction.)
 *
 * @param logits float32 `[batch,...pixels,classes]`, before any activation
 * @param targets float32, int32 or bool, the same shape, from 0 to 1
 * @param options `activation`, `smooth`, `sampleWeights`, `reduction`
 * @returns a scalar, or `[batch,classes]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is wrong
 * @example
 * diceLoss(tf.zeros([1, 4, 1]), tf.tensor3d([1, 1, 0, 0], [1, 4, 1])); // 0.4: 1 - (2 * 1 + 1) / (2 + 2 + 1)
 * @see Milletari et al., "V-Net", 3DV 2016; Drozdzal et al., "The importance of skip connections in biomedical image segmentation", 2016
 */
export function diceLoss(logits: tf.Tensor, targets: tf.Tensor, options: DiceLossOptions = {}): tf.Scalar {
  const { activation = 'sigmoid', smooth = 1 } = options;
  checkPositive('diceLoss', 'smooth', smooth);
  const { both, predicted, target } = overlaps('diceLoss', logits, targets, activation);
  const coefficient = tf.div(tf.add(tf.mul(both, 2), smooth), tf.add(tf.add(predicted, target), smooth));
  return finishLoss(tf.sub(1, coefficient), options);
}
