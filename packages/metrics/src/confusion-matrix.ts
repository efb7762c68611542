import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import type { ClassifiedBatch } from './classified-batch.ts';
import { confusionCounts } from './internal/confusion-counts.ts';

/** How often each true class was predicted as each class: counts as float32 `[2, classes, classes]`, `high * 2^20 + low`, exact to 2^44. */
export type ConfusionMatrixState = { readonly counts: Tensor };

/**
 * How often class i was predicted as class j: counts `[i, j]`, rows are the true classes and columns the predictions, as in scikit-learn.
 * A float32 tensor `[classes, classes]`, exact to 2^24 an entry and rounded beyond; the state is exact to 2^44.
 * Samples whose label or prediction is not in [0, classes) are left out. A batch may have up to 2^23 samples.
 *
 * @param classes how many there are, an integer >= 1
 * @throws KumikoError when `classes` is not such an integer; in `update`, when the shapes do not fit together
 * @example
 * const metric = confusionMatrix(2);
 * const batch = { predictions: tf.tensor1d([0, 1, 1], 'int32'), labels: tf.tensor1d([0, 1, 0], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.tensor2d([[1, 1], [0, 1]])
 * @see scikit-learn's confusion_matrix
 */
export function confusionMatrix(classes: number): Metric<ConfusionMatrixState, ClassifiedBatch, Tensor2D> {
  return confusionCounts('confusionMatrix', classes, (matrix) => matrix);
}
