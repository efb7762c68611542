import {
  add,
  cast,
  equal,
  expandDims,
  greater,
  less,
  logicalAnd,
  mul,
  range,
  sum,
  where,
  zerosLike,
  type Scalar,
} from '@tensorflow/tfjs-core';
import { check, formatShape, type Metric } from '@kumiko/core';
import type { AccuracyState } from './accuracy.ts';
import type { ClassifiedBatch } from './classified-batch.ts';
import { predictedClasses } from './internal/classified.ts';
import { rightShare } from './internal/right-share.ts';

/**
 * The share of samples whose true class is among the `k` with the largest scores, a float32 scalar; 0 before the first sample.
 * Of equal scores the first class counts as the larger, as in {@link accuracy}, which is `k = 1`.
 *
 * @param k how many guesses count, an integer >= 1
 * @throws KumikoError when `k` is not such an integer; in `update`, when the shapes do not fit together
 * @example
 * const metric = topKAccuracy(2);
 * const batch = { predictions: tf.tensor2d([[3, 2, 1], [3, 2, 1], [1, 2, 3]]), labels: tf.tensor1d([1, 2, 2], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.6666667)
 * @see scikit-learn's top_k_accuracy_score, where of equal scores the last class counts as the larger
 */
export function topKAccuracy(k: number): Metric<AccuracyState, ClassifiedBatch, Scalar> {
  check(Number.isInteger(k) && k >= 1, 'topKAccuracy', () => `expected k to be an integer >= 1, got ${k}. Pass how many guesses count.`);
  return rightShare('topKAccuracy', (batch) => {
    const { predictions, labels } = batch;
    check(
      predictions.rank === 2,
      'topKAccuracy',
      () => `expected predictions [samples,classes], got ${formatShape(predictions.shape)}. Pass a score for each class.`,
    );
    predictedClasses('topKAccuracy', batch);
    const classes = range(0, predictions.shape[1] as number, 1, 'int32');
    const label = expandDims(cast(labels, 'int32'), 1);
    const isLabel = equal(label, classes);
    const score = sum(where(isLabel, predictions, zerosLike(predictions)), 1, true);
    const before = add(
      cast(greater(predictions, score), 'int32'),
      mul(cast(equal(predictions, score), 'int32'), cast(less(classes, label), 'int32')),
    );
    // A score of NaN is not even equal to itself: such a sample, and one whose label is no column, is not right.
    const known = sum(cast(logicalAnd(isLabel, equal(predictions, score)), 'int32'), 1);
    return logicalAnd(greater(known, 0), less(sum(before, 1), k));
  });
}
