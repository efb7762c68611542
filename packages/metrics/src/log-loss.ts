import { clipByValue, div, log, mul, neg, sum, type Scalar } from '@tensorflow/tfjs-core';
import { check, type Metric } from '@kumiko/core';
import { classProbabilities, weightsOf } from './internal/probabilities.ts';
import { meanOf } from './internal/mean-of.ts';
import type { MeanState } from './mean.ts';
import type { ProbabilityBatch } from './probability-batch.ts';

/** Options of {@link logLoss}. */
export interface LogLossOptions {
  /** Probabilities are moved into [epsilon, 1 - epsilon], in (0, 0.5). Default 2^-23, the precision of float32. */
  readonly epsilon?: number;
}

/**
 * The mean negative log-likelihood of the true classes, `-mean(ln p[label])`, a float32 scalar >= 0 in nats; 0 before the first sample.
 * Probabilities are clipped to [epsilon, 1 - epsilon], and rows are divided by their sums, as scikit-learn does.
 * A label that is no column costs nothing: check labels before.
 *
 * @param options `epsilon` (default 2^-23)
 * @throws KumikoError when `epsilon` is out of range; in `update`, when the shapes do not fit together
 * @example
 * const metric = logLoss();
 * const batch = { predictions: tf.tensor1d([0.5, 0.25]), labels: tf.tensor1d([1, 0], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.4904146), of ln 2 and ln 4/3
 * @see scikit-learn's log_loss
 */
export function logLoss(options: LogLossOptions = {}): Metric<MeanState, ProbabilityBatch, Scalar> {
  const { epsilon = 2 ** -23 } = options;
  check(epsilon > 0 && epsilon < 0.5, 'logLoss', () => `expected epsilon in (0, 0.5), got ${epsilon}. Pass a small positive number.`);
  return meanOf('logLoss', (batch) => {
    const { probabilities, truth } = classProbabilities('logLoss', batch);
    const clipped = clipByValue(probabilities, epsilon, 1 - epsilon);
    const likelihoods = div(clipped, sum(clipped, 1, true));
    return { values: neg(sum(mul(truth, log(likelihoods)), 1)), ...weightsOf(batch) };
  });
}
