import { sqrt, squaredDifference, type Scalar } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import { meanOf } from './internal/mean-of.ts';
import { weightsOf } from './internal/probabilities.ts';
import { numbersOf } from './internal/regression.ts';
import type { MeanState } from './mean.ts';
import type { RegressionBatch } from './regression-batch.ts';

/**
 * The square root of the mean of the squared errors, `sqrt(mean((prediction - target)^2))`, over all numbers so far, a float32 scalar; 0 before the first.
 * In the units of the targets, and so the root of the whole mean, not a mean of the batches' roots.
 *
 * @throws KumikoError in `update`, when the shapes differ
 * @example
 * const metric = rootMeanSquaredErrorMetric();
 * const batch = { predictions: tf.tensor1d([1, 4]), targets: tf.tensor1d([2, 1]) };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(2.236068, the root of the mean of 1 and 9)
 * @see scikit-learn's mean_squared_error with `squared=False`
 */
export function rootMeanSquaredErrorMetric(): Metric<MeanState, RegressionBatch, Scalar> {
  return meanOf(
    'rootMeanSquaredErrorMetric',
    (batch) => {
      const { predictions, targets } = numbersOf('rootMeanSquaredErrorMetric', batch);
      return { values: squaredDifference(predictions, targets), ...weightsOf(batch) };
    },
    (mean) => sqrt(mean),
  );
}
