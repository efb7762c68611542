import * as tf from '@tensorflow/tfjs-core';
import { boxOverlap, quotient } from './internal/box-overlap.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { stopGradient } from './internal/stop-gradient.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * Intersection over union with a pull on centres and proportions: `1 - IoU + d^2 / c^2 + a v` with
 * `v = (4 / pi^2) (atan(w_target / h_target) - atan(w / h))^2` and `a = v / (1 - IoU + v)`, a constant to the gradient as in the authors' code.
 *
 * @param boxes float32 `[...,4]`: corners `[y1, x1, y2, x2]` as in `tf.image`, or `[x1, y1, x2, y2]`; ends not before starts
 * @param targets float32, the same shape and order
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is wrong
 * @example
 * ciouLoss(tf.tensor2d([[0, 0, 2, 2]]), tf.tensor2d([[1, 0, 3, 2]])); // 0.7435897: of the same proportions
 * @see Zheng et al., "Distance-IoU loss", AAAI 2020, equations 8 to 11
 */
export function ciouLoss(boxes: tf.Tensor, targets: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  const { iou, distance, sides, targetSides } = boxOverlap('ciouLoss', boxes, targets);
  const turn = tf.sub(tf.atan(quotient(...targetSides)), tf.atan(quotient(...sides)));
  const proportions = tf.mul(tf.square(turn), 4 / Math.PI ** 2);
  const far = tf.sub(1, iou);
  const weight = stopGradient(quotient(proportions, tf.add(far, proportions)));
  return finishLoss(tf.add(tf.add(far, distance), tf.mul(weight, proportions)), options);
}
