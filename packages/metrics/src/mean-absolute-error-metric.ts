import { abs, sub, type Scalar } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import { meanOf } from './internal/mean-of.ts';
import { weightsOf } from './internal/probabilities.ts';
import { numbersOf } from './internal/regression.ts';
import type { MeanState } from './mean.ts';
import type { RegressionBatch } from './regression-batch.ts';

/**
 * The mean of the absolute errors, `mean(|prediction - target|)`, over all numbers so far, a float32 scalar; 0 before the first.
 * The name ends in `Metric` because the loss of the same formula has the plain one; unlike an average of batch losses it does not depend on the batches.
 *
 * @throws KumikoError in `update`, when the shapes differ
 * @example
 * const metric = meanAbsoluteErrorMetric();
 * const batch = { predictions: tf.tensor1d([1, 4]), targets: tf.tensor1d([2, 1]) };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(2, the mean of 1 and 3)
 * @see scikit-learn's mean_absolute_error
 */
export function meanAbsoluteErrorMetric(): Metric<MeanState, RegressionBatch, Scalar> {
  return meanOf('meanAbsoluteErrorMetric', (batch) => {
    const { predictions, targets } = numbersOf('meanAbsoluteErrorMetric', batch);
    return { values: abs(sub(predictions, targets)), ...weightsOf(batch) };
  });
}
