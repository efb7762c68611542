import { add, type Tensor } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import type { ClassAverageOptions } from './class-average.ts';
import type { ClassifiedBatch } from './classified-batch.ts';
import type { ConfusionMatrixState } from './confusion-matrix.ts';
import { classScore } from './internal/class-score.ts';

/**
 * Of the samples that are not of a class, the share that was not predicted to be; also called true negative rate.
 * `tn / (tn + fp)`; 0 for a class of which there are none. A float32 scalar, or `[classes]` for `average: 'none'`.
 *
 * @param classes how many there are, an integer >= 1
 * @param options `average`: `'macro'` (default), `'weighted'`, `'micro'`, `'binary'` or `'none'`
 * @throws KumikoError when `classes` or an option is wrong; in `update`, when the shapes do not fit together
 * @example
 * const metric = specificity(2, { average: 'binary' });
 * const batch = { predictions: tf.tensor1d([1, 1, 0, 0, 1], 'int32'), labels: tf.tensor1d([1, 0, 0, 1, 1], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.5, 1 of the 2 that are not)
 * @see scikit-learn's recall_score of the negative class
 */
export function specificity(classes: number, options: ClassAverageOptions = {}): Metric<ConfusionMatrixState, ClassifiedBatch, Tensor> {
  return classScore('specificity', classes, options, ({ trueNegatives, falsePositives }) => [
    trueNegatives,
    add(trueNegatives, falsePositives),
  ]);
}
