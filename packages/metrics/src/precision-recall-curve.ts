import { precisionRecallOf } from './internal/precision-recall.ts';
import type { CurveOptions } from './roc-curve.ts';

/** What {@link precisionRecallCurve} gives: a point for each threshold, which rise, and the end (1, 0). */
export interface PrecisionRecallCurve {
  /** Of the samples at or above the threshold, the share that is of class 1; the last is 1. One more than thresholds. */
  readonly precision: Float64Array;
  /** Of the samples of class 1, the share at or above the threshold; the last is 0. One more than thresholds. */
  readonly recall: Float64Array;
  /** Every distinct score. */
  readonly thresholds: Float64Array;
}

/**
 * Precision against recall for every threshold of scores. Computed on the host in float64.
 *
 * @param scores larger for samples that are more likely of class 1
 * @param labels 0 or 1 for each score
 * @param options `weights` of the samples
 * @throws KumikoError when lengths differ, a score is NaN, a label is neither 0 nor 1, or there is none of class 1
 * @example
 * const curve = precisionRecallCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]);
 * [...curve.precision]; // [0.5, 0.6666666666666666, 0.5, 1, 1]
 * [...curve.recall]; // [1, 1, 0.5, 0.5, 0]
 * @see scikit-learn's precision_recall_curve
 */
export function precisionRecallCurve(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: CurveOptions = {},
): PrecisionRecallCurve {
  return precisionRecallOf('precisionRecallCurve', scores, labels, options);
}
