import { add, mul, type Tensor } from '@tensorflow/tfjs-core';
import { check, type Metric } from '@kumiko/core';
import type { ClassAverageOptions } from './class-average.ts';
import type { ClassifiedBatch } from './classified-batch.ts';
import type { ConfusionMatrixState } from './confusion-matrix.ts';
import { classScore } from './internal/class-score.ts';

/** Options of {@link fBeta}. */
export interface FBetaOptions extends ClassAverageOptions {
  /** How many times as much recall counts as precision, >= 0. Default 1, the F1 score. */
  readonly beta?: number;
}

/**
 * The weighted harmonic mean of precision and recall of each class; F1 by default.
 * `(1 + beta^2) tp / ((1 + beta^2) tp + beta^2 fn + fp)`; 0 for a class of which there are none.
 * A float32 scalar, or `[classes]` for `average: 'none'`.
 *
 * @param classes how many there are, an integer >= 1
 * @param options `beta` (default 1), and `average`: `'macro'` (default), `'weighted'`, `'micro'`, `'binary'` or `'none'`
 * @throws KumikoError when `classes` or an option is wrong; in `update`, when the shapes do not fit together
 * @example
 * const metric = fBeta(2, { beta: 2, average: 'binary' });
 * const batch = { predictions: tf.tensor1d([1, 1, 0, 0, 0], 'int32'), labels: tf.tensor1d([1, 0, 0, 1, 1], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.3571429), of precision 1/2 and recall 1/3
 * @see scikit-learn's fbeta_score with `zero_division=0`
 */
export function fBeta(classes: number, options: FBetaOptions = {}): Metric<ConfusionMatrixState, ClassifiedBatch, Tensor> {
  const { beta = 1 } = options;
  check(Number.isFinite(beta) && beta >= 0, 'fBeta', () => `expected beta to be a number >= 0, got ${beta}. Pass 1 for F1.`);
  return classScore('fBeta', classes, options, ({ truePositives, falsePositives, falseNegatives }) => {
    const hits = mul(truePositives, 1 + beta ** 2);
    return [hits, add(add(hits, mul(falseNegatives, beta ** 2)), falsePositives)];
  });
}
