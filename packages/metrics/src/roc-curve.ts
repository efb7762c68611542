import { rocOf } from './internal/roc.ts';

/** Options of `rocCurve`, `precisionRecallCurve`, `auroc` and `averagePrecision`. */
export interface CurveOptions {
  /** A weight >= 0 for each sample. Default: 1 each. */
  readonly weights?: ArrayLike<number>;
}

/** What {@link rocCurve} gives: a point for each threshold, which fall. */
export interface RocCurve {
  /** Of the samples that are not, the share at or above the threshold. */
  readonly falsePositiveRate: Float64Array;
  /** Of the samples that are, the share at or above the threshold. */
  readonly truePositiveRate: Float64Array;
  /** Infinity, where nothing is above, and then every distinct score. */
  readonly thresholds: Float64Array;
}

/**
 * The receiver operating characteristic of scores: how many true alarms each rate of false alarms buys. Computed on the host in float64.
 *
 * @param scores larger for samples that are more likely of class 1
 * @param labels 0 or 1 for each score
 * @param options `weights` of the samples
 * @throws KumikoError when lengths differ, a score is NaN, a label is neither 0 nor 1, or one of the two classes is missing
 * @example
 * const curve = rocCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]);
 * [...curve.falsePositiveRate]; // [0, 0, 0.5, 0.5, 1]
 * [...curve.truePositiveRate]; // [0, 0.5, 0.5, 1, 1]
 * @see scikit-learn's roc_curve with `drop_intermediate=False`; before version 1.3 its first threshold was the largest score + 1
 */
export function rocCurve(scores: ArrayLike<number>, labels: ArrayLike<number>, options: CurveOptions = {}): RocCurve {
  return rocOf('rocCurve', scores, labels, options);
}
