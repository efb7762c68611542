import * as tf from '@tensorflow/tfjs-core';
import { boxOverlap, quotient } from './internal/box-overlap.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * Generalised intersection over union: `1 - IoU + (|C| - |A or B|) / |C|`, C the smallest box around both. From 0 to 2,
 * with a gradient for boxes that do not meet.
 *
 * @param boxes float32 `[...,4]`: corners `[y1, x1, y2, x2]` as in `tf.image`, or `[x1, y1, x2, y2]`; ends not before starts
 * @param targets float32, the same shape and order
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is wrong
 * @example
 * giouLoss(tf.tensor2d([[0, 0, 2, 2]]), tf.tensor2d([[1, 0, 3, 2]])); // 0.6666667: the union fills the hull
 * @see Rezatofighi et al., "Generalized intersection over union", CVPR 2019
 */
export function giouLoss(boxes: tf.Tensor, targets: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  const { iou, union, hull } = boxOverlap('giouLoss', boxes, targets);
  const area = tf.mul(...hull);
  return finishLoss(tf.add(tf.sub(1, iou), quotient(tf.sub(area, union), area)), options);
}
