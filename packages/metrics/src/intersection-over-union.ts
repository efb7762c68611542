import { add, sub, type Tensor } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import type { ConfusionMatrixState } from './confusion-matrix.ts';
import { regionScore } from './internal/region-score.ts';
import type { SegmentationOptions, SegmentedBatch } from './segmented-batch.ts';

/**
 * How well predicted regions lie on the true ones: the points in both, as a share of the points in either, and the mean over the classes (mean IoU).
 * `|P & T| / |P | T|`, over all points of all batches. A float32 scalar, or `[classes]` for `average: 'none'`, where 0 stands for a class that was not seen.
 *
 * @param classes how many there are, an integer >= 1
 * @param options `average`: `'macro'` (default, over the classes that were seen) or `'none'`
 * @throws KumikoError when `classes` or an option is wrong; in `update`, when the shapes do not fit together
 * @example
 * const metric = intersectionOverUnion(3);
 * const batch = { predictions: tf.tensor2d([[1, 1], [0, 0]], [2, 2], 'int32'), labels: tf.tensor2d([[1, 0], [0, 0]], [2, 2], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.5833333), the mean of 2/3 and 1/2; class 2 was not seen
 * @see Everingham et al., "The PASCAL visual object classes challenge", 2015; tf.keras.metrics.MeanIoU
 */
export function intersectionOverUnion(
  classes: number,
  options: SegmentationOptions = {},
): Metric<ConfusionMatrixState, SegmentedBatch, Tensor> {
  return regionScore('intersectionOverUnion', classes, options, (right, predicted, truth) => [right, sub(add(predicted, truth), right)]);
}
