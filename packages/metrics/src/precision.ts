import { add, type Tensor } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import type { ClassAverageOptions } from './class-average.ts';
import type { ClassifiedBatch } from './classified-batch.ts';
import type { ConfusionMatrixState } from './confusion-matrix.ts';
import { classScore } from './internal/class-score.ts';

/**
 * Of the samples predicted to be of a class, the share that is: how much a prediction can be trusted.
 * `tp / (tp + fp)`; 0 for a class of which there are none. A float32 scalar, or `[classes]` for `average: 'none'`.
 *
 * @param classes how many there are, an integer >= 1
 * @param options `average`: `'macro'` (default), `'weighted'`, `'micro'`, `'binary'` or `'none'`
 * @throws KumikoError when `classes` or an option is wrong; in `update`, when the shapes do not fit together
 * @example
 * const metric = precision(2, { average: 'binary' });
 * const batch = { predictions: tf.tensor1d([1, 1, 0, 0, 1], 'int32'), labels: tf.tensor1d([1, 0, 0, 1, 1], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.6666667, 2 of the 3 predicted)
 * @see scikit-learn's precision_score with `zero_division=0`
 */
export function precision(classes: number, options: ClassAverageOptions = {}): Metric<ConfusionMatrixState, ClassifiedBatch, Tensor> {
  return classScore('precision', classes, options, ({ truePositives, falsePositives }) => [
    truePositives,
    add(truePositives, falsePositives),
  ]);
}
