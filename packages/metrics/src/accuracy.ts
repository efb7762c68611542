import { cast, divNoNan, equal, logicalAnd, notEqual, onesLike, scalar, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import type { ClassifiedBatch } from './classified-batch.ts';
import { predictedClasses } from './internal/classified.ts';
import { sumOf } from './internal/sum-of.ts';
import { addToCount, countAsFloat, mergeCounts, zeroCount } from './internal/wide-count.ts';

/** How many predictions were right, of how many: counts as float32 `[2]`, `high * 2^20 + low`, exact to 2^44 samples. */
export type AccuracyState = { readonly correct: Tensor; readonly total: Tensor };

/**
 * The share of samples whose predicted class is the true one: `correct / total`, a float32 scalar; 0 before the first sample.
 *
 * The counts are exact on every backend, far beyond the 2^24 of a float32 sum; a batch may have up to 2^23 samples.
 *
 * @throws KumikoError in `update`, when the shapes do not fit together
 * @example
 * const metric = accuracy();
 * const batch = { predictions: tf.tensor2d([[2, 1], [0, 3], [5, 4]]), labels: tf.tensor1d([0, 1, 1], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.6666667)
 * @see scikit-learn's accuracy_score
 */
export function accuracy(): Metric<AccuracyState, ClassifiedBatch, Scalar> {
  return {
    name: 'accuracy',
    init: () => ({ correct: zeroCount([]), total: zeroCount([]) }),
    update: (state, batch) =>
      tidy(() => {
        const right = equal(predictedClasses('accuracy', batch), cast(batch.labels, 'int32'));
        const counted = batch.mask === undefined ? onesLike(right) : notEqual(batch.mask, scalar(0, batch.mask.dtype));
        return {
          correct: addToCount(state.correct, sumOf(cast(logicalAnd(right, cast(counted, 'bool')), 'float32'))),
          total: addToCount(state.total, sumOf(cast(counted, 'float32'))),
        };
      }),
    merge: (a, b) => tidy(() => ({ correct: mergeCounts(a.correct, b.correct), total: mergeCounts(a.total, b.total) })),
    result: ({ correct, total }) => tidy(() => divNoNan(countAsFloat(correct), countAsFloat(total)) as Scalar),
  };
}
