import * as tf from '@tensorflow/tfjs-core';
import { boxOverlap } from './internal/box-overlap.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * One less the intersection over union of each box and its target: `1 - |A and B| / |A or B|`. Boxes that do not meet have no gradient:
 * then `giouLoss` and its followers still pull.
 *
 * @param boxes float32 `[...,4]`: corners `[y1, x1, y2, x2]` as in `tf.image`, or `[x1, y1, x2, y2]`; ends not before starts
 * @param targets float32, the same shape and order
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is wrong
 * @example
 * iouLoss(tf.tensor2d([[0, 0, 2, 2]]), tf.tensor2d([[1, 0, 3, 2]])); // 0.6666667: 1 - 2 / 6
 * @see Yu et al., "UnitBox", ACM Multimedia 2016 (which takes the logarithm)
 */
export function iouLoss(boxes: tf.Tensor, targets: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  return finishLoss(tf.sub(1, boxOverlap('iouLoss', boxes, targets).iou), options);
}
