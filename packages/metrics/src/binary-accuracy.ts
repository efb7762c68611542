import { cast, equal, greater, notEqual, scalar, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { check, formatShape, type Metric } from '@kumiko/core';
import type { AccuracyState } from './accuracy.ts';
import { rightShare } from './internal/right-share.ts';

/** What {@link binaryAccuracy} sees of a batch. */
export interface BinaryBatch {
  /** Probabilities or logits of any shape: each above the threshold says yes. */
  readonly predictions: Tensor;
  /** The truth, of the same shape: no where it is 0. */
  readonly labels: Tensor;
  /** Which entries count, of the same shape: those that are not 0. Default: all. */
  readonly mask?: Tensor;
}

/** Options of {@link binaryAccuracy}. */
export interface BinaryAccuracyOptions {
  /** A prediction above it says yes. Default 0.5, for probabilities; for logits, 0. */
  readonly threshold?: number;
}

/**
 * The share of yes-or-no predictions that are right, a float32 scalar; 0 before the first. With several labels a sample, each counts by itself.
 *
 * @param options `threshold` (default 0.5)
 * @throws KumikoError when the threshold is no number; in `update`, when the shapes differ
 * @example
 * const metric = binaryAccuracy({ threshold: 0 });
 * const batch = { predictions: tf.tensor1d([2, -1, 3, -4]), labels: tf.tensor1d([1, 1, 1, 0], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.75)
 * @see tf.keras.metrics.BinaryAccuracy; scikit-learn's accuracy_score
 */
export function binaryAccuracy(options: BinaryAccuracyOptions = {}): Metric<AccuracyState, BinaryBatch, Scalar> {
  const { threshold = 0.5 } = options;
  check(
    Number.isFinite(threshold),
    'binaryAccuracy',
    () => `expected the threshold to be a number, got ${threshold}. Pass a finite number.`,
  );
  return rightShare('binaryAccuracy', ({ predictions, labels, mask }) => {
    for (const [what, other] of [['labels', labels] as const, ['a mask', mask] as const]) {
      check(
        other === undefined || formatShape(other.shape) === formatShape(predictions.shape),
        'binaryAccuracy',
        () =>
          `expected ${what} of the shape of the predictions ${formatShape(predictions.shape)}, got ${formatShape((other as Tensor).shape)}. Pass one entry for each prediction.`,
      );
    }
    return equal(cast(greater(predictions, threshold), 'int32'), cast(notEqual(labels, scalar(0, labels.dtype)), 'int32'));
  });
}
