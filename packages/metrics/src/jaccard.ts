import { addN, type Tensor } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import type { ClassAverageOptions } from './class-average.ts';
import type { ClassifiedBatch } from './classified-batch.ts';
import type { ConfusionMatrixState } from './confusion-matrix.ts';
import { classScore } from './internal/class-score.ts';

/**
 * The Jaccard index of each class: of the samples that are of a class or were predicted to be, the share that is both.
 * `tp / (tp + fp + fn)`; 0 for a class of which there are none. A float32 scalar, or `[classes]` for `average: 'none'`.
 *
 * @param classes how many there are, an integer >= 1
 * @param options `average`: `'macro'` (default), `'weighted'`, `'micro'`, `'binary'` or `'none'`
 * @throws KumikoError when `classes` or an option is wrong; in `update`, when the shapes do not fit together
 * @example
 * const metric = jaccard(2, { average: 'binary' });
 * const batch = { predictions: tf.tensor1d([1, 1, 0, 0, 1], 'int32'), labels: tf.tensor1d([1, 0, 0, 1, 1], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.5, 2 of 4)
 * @see scikit-learn's jaccard_score with `zero_division=0`
 */
export function jaccard(classes: number, options: ClassAverageOptions = {}): Metric<ConfusionMatrixState, ClassifiedBatch, Tensor> {
  return classScore('jaccard', classes, options, ({ truePositives, falsePositives, falseNegatives }) => [
    truePositives,
    addN([truePositives, falsePositives, falseNegatives]),
  ]);
}
