import { precisionRecallOf, stepSum } from './internal/precision-recall.ts';
import type { CurveOptions } from './roc-curve.ts';

/**
 * Average precision, exactly: the precisions at the thresholds, each weighed by the recall that it adds, `sum_n (R_n - R_(n-1)) P_n`.
 * A step sum, without the interpolation that flatters. On the host in float64.
 *
 * @param scores larger for samples that are more likely of class 1
 * @param labels 0 or 1 for each score
 * @param options `weights` of the samples
 * @throws KumikoError when lengths differ, a score is NaN, a label is neither 0 nor 1, or there is none of class 1
 * @example
 * averagePrecision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]); // 0.8333333333333333, 1/2 of 1 and 1/2 of 2/3
 * @see scikit-learn's average_precision_score
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>, options: CurveOptions = {}): number {
  return stepSum(precisionRecallOf('averagePrecision', scores, labels, options));
}
