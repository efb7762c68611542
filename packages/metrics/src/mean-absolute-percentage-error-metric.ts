import { abs, div, maximum, sub, type Scalar } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import { meanOf } from './internal/mean-of.ts';
import { weightsOf } from './internal/probabilities.ts';
import { numbersOf } from './internal/regression.ts';
import type { MeanState } from './mean.ts';
import type { RegressionBatch } from './regression-batch.ts';

/**
 * The mean of the absolute errors as shares of the targets, `mean(|prediction - target| / max(|target|, 2^-23))`, over all numbers so far, a float32 scalar; 0 before the first.
 * A share, not a percentage: 0.5 is an error of half the target. Targets near 0 make it very large.
 *
 * @throws KumikoError in `update`, when the shapes differ
 * @example
 * const metric = meanAbsolutePercentageErrorMetric();
 * const batch = { predictions: tf.tensor1d([1, 4]), targets: tf.tensor1d([2, 1]) };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(1.75, the mean of 1/2 and 3/1)
 * @see scikit-learn's mean_absolute_percentage_error, whose smallest divisor is 2^-52
 */
export function meanAbsolutePercentageErrorMetric(): Metric<MeanState, RegressionBatch, Scalar> {
  return meanOf('meanAbsolutePercentageErrorMetric', (batch) => {
    const { predictions, targets } = numbersOf('meanAbsolutePercentageErrorMetric', batch);
    return { values: div(abs(sub(predictions, targets)), maximum(abs(targets), 2 ** -23)), ...weightsOf(batch) };
  });
}
