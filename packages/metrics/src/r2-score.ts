import { cast, divNoNan, equal, squaredDifference, sub, sum, tidy, where, zeros, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import { accumulate, mergeSums } from './internal/compensated-sum.ts';
import { mergeMoments, momentsOf, zeroMoments } from './internal/moments.ts';
import { numbersOf } from './internal/regression.ts';
import { sumOf } from './internal/sum-of.ts';
import type { PairMomentsState } from './pair-moments-state.ts';
import type { RegressionBatch } from './regression-batch.ts';

/** The sum of the squared errors, float32 `[2]` with what its roundings lost, and the moments of predictions and targets. */
export type R2ScoreState = { readonly moments: PairMomentsState; readonly errors: Tensor };

/**
 * The share of the variance of the targets that the predictions explain, `1 - sum((target - prediction)^2) / sum((target - mean)^2)`,
 * a float32 scalar, at most 1; 0 before the first number. All entries are one stream, whatever their shape.
 * For constant targets it is 1 if every prediction is right, else 0.
 *
 * @throws KumikoError in `update`, when the shapes differ
 * @example
 * const metric = r2Score();
 * const batch = { predictions: tf.tensor1d([1, 2, 4]), targets: tf.tensor1d([1, 2, 3]) };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.5), of squared errors 1 and squares about the mean 2
 * @see scikit-learn's r2_score
 */
export function r2Score(): Metric<R2ScoreState, Omit<RegressionBatch, 'weights'>, Scalar> {
  return {
    name: 'r2Score',
    init: () => ({ moments: zeroMoments(), errors: zeros([2]) }),
    update: ({ moments, errors }, batch) =>
      tidy(() => {
        const { predictions, targets } = numbersOf('r2Score', batch);
        return {
          moments: mergeMoments(moments, momentsOf(predictions, targets)),
          errors: accumulate(errors, sumOf(squaredDifference(predictions, targets))),
        };
      }),
    merge: (a, b) => tidy(() => ({ moments: mergeMoments(a.moments, b.moments), errors: mergeSums(a.errors, b.errors) })),
    result: ({ moments, errors }) =>
      tidy(() => {
        const error = sum(errors);
        const { squaresY, count } = moments;
        const perfect = cast(equal(error, 0), 'float32');
        const nothing = equal(sum(count), 0);
        const constant = where(nothing, 0, perfect);
        return where(equal(squaresY, 0), constant, sub(1, divNoNan(error, squaresY))) as Scalar;
      }),
  };
}
