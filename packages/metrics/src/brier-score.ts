import { mul, squaredDifference, sum, type Scalar } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import { meanOf } from './internal/mean-of.ts';
import { classProbabilities, weightsOf } from './internal/probabilities.ts';
import type { MeanState } from './mean.ts';
import type { ProbabilityBatch } from './probability-batch.ts';

/**
 * The mean squared error of predicted probabilities, a float32 scalar, the smaller the better; 0 before the first sample.
 *
 * For predictions `[samples]` of class 1: `mean((p - label)^2)`, in [0, 1]. For `[samples, classes]` the original definition:
 * `mean(sum_k (p_k - [label = k])^2)`, in [0, 2], which for two classes is twice the other.
 *
 * @throws KumikoError in `update`, when the shapes do not fit together
 * @example
 * const metric = brierScore();
 * const batch = { predictions: tf.tensor1d([0.75, 0.5]), labels: tf.tensor1d([1, 0], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.15625), of 1/16 and 1/4
 * @see Brier, "Verification of forecasts expressed in terms of probability", 1950; scikit-learn's brier_score_loss
 */
export function brierScore(): Metric<MeanState, ProbabilityBatch, Scalar> {
  return meanOf('brierScore', (batch) => {
    const { probabilities, truth } = classProbabilities('brierScore', batch);
    const all = sum(squaredDifference(probabilities, truth), 1);
    return { values: batch.predictions.rank === 1 ? mul(all, 0.5) : all, ...weightsOf(batch) };
  });
}
