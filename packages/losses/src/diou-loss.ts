import * as tf from '@tensorflow/tfjs-core';
import { boxOverlap } from './internal/box-overlap.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * Intersection over union with a pull on the centres: `1 - IoU + d^2 / c^2`, d the distance of the centres and c the diagonal of
 * the smallest box around both.
 *
 * @param boxes float32 `[...,4]`: corners `[y1, x1, y2, x2]` as in `tf.image`, or `[x1, y1, x2, y2]`; ends not before starts
 * @param targets float32, the same shape and order
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is wrong
 * @example
 * diouLoss(tf.tensor2d([[0, 0, 2, 2]]), tf.tensor2d([[1, 0, 3, 2]])); // 0.7435897: 2/3 + 1/13
 * @see Zheng et al., "Distance-IoU loss", AAAI 2020
 */
export function diouLoss(boxes: tf.Tensor, targets: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  const { iou, distance } = boxOverlap('diouLoss', boxes, targets);
  return finishLoss(tf.add(tf.sub(1, iou), distance), options);
}
