import * as tf from '@tensorflow/tfjs-core';
import { checkPositive } from './internal/check-number.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { huberOf } from './internal/huber-of.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1LossOptions extends LossOptions {
  /** Where the parabola becomes a line, above 0. Default: 1. */
  readonly beta?: number;
}

/**
 * The absolute difference with a rounded tip: `d^2 / (2 beta)` where `|d| <= beta`, else `|d| - beta / 2`. PyTorch: `smooth_l1_loss`.
 * It is Huber's loss divided by beta: the slope of the lines stays 1.
 *
 * @param predictions float32, any shape
 * @param targets float32, the same shape
 * @param options `beta`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `predictions` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, `beta` is not above 0, or an option is wrong
 * @example
 * smoothL1Loss(tf.tensor1d([1, 4]), tf.tensor1d([0, 1]), { beta: 2, reduction: 'none' }); // [0.25, 2]
 * @see torch.nn.functional.smooth_l1_loss; Girshick, "Fast R-CNN", ICCV 2015
 */
export function smoothL1Loss(predictions: tf.Tensor, targets: tf.Tensor, options: SmoothL1LossOptions = {}): tf.Scalar {
  const { beta = 1 } = options;
  checkSameShape('smoothL1Loss', "predictions'", predictions, 'targets', targets);
  checkPositive('smoothL1Loss', 'beta', beta);
  return finishLoss(tf.div(huberOf(tf.sub(predictions, targets), beta), beta), options);
}
