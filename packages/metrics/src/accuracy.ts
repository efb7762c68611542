import { cast, equal, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import type { ClassifiedBatch } from './classified-batch.ts';
import { predictedClasses } from './internal/classified.ts';
import { rightShare } from './internal/right-share.ts';

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
  return rightShare('accuracy', (batch) => equal(predictedClasses('accuracy', batch), cast(batch.labels, 'int32')));
}
