import { rocOf } from './internal/roc.ts';
import type { CurveOptions } from './roc-curve.ts';

/**
 * The area under the ROC curve, exactly: how likely a sample of class 1 has a larger score than one of class 0, where a tie counts half.
 * 0.5 is chance, 1 a perfect order. On the host in float64; for streams of any length see {@link binnedAuroc}.
 *
 * @param scores larger for samples that are more likely of class 1
 * @param labels 0 or 1 for each score
 * @param options `weights` of the samples
 * @throws KumikoError when lengths differ, a score is NaN, a label is neither 0 nor 1, or one of the two classes is missing
 * @example
 * auroc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]); // 0.75, 3 of the 4 pairs are in order
 * @see scikit-learn's roc_auc_score; Hanley and McNeil, 1982
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>, options: CurveOptions = {}): number {
  const { falsePositiveRate: x, truePositiveRate: y } = rocOf('auroc', scores, labels, options);
  let area = 0;
  for (let i = 1; i < x.length; i++) {
    area += (((x[i] as number) - (x[i - 1] as number)) * ((y[i] as number) + (y[i - 1] as number))) / 2;
  }
  return area;
}
