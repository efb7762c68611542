import type { Outcome } from './match-boxes.ts';

/** What the outcomes of a class say. */
export interface InterpolatedPrecision {
  readonly averagePrecision: number;
  /** Of the boxes that are there, the share that was found at all. */
  readonly recall: number;
}

/**
 * The precision at each of some recalls, each the best of those at that recall or beyond, and their mean; the area under these steps where
 * no recalls are given.
 *
 * @param outcomes of all detections of a class, the surest first
 * @param positives how many boxes are there, at least 1
 * @param recalls where to look
 */
export function interpolatedPrecision(outcomes: readonly Outcome[], positives: number, recalls?: readonly number[]): InterpolatedPrecision {
  const counted = outcomes.filter((outcome) => outcome !== 'ignored');
  const recall = new Float64Array(counted.length);
  const precision = new Float64Array(counted.length);
  let right = 0;
  counted.forEach((outcome, i) => {
    if (outcome === 'right') right++;
    recall[i] = right / positives;
    precision[i] = right / (i + 1);
  });
  for (let i = counted.length - 2; i >= 0; i--) precision[i] = Math.max(precision[i] as number, precision[i + 1] as number);
  const averagePrecision =
    recalls === undefined
      ? recall.reduce((sum, value, i) => sum + (value - (recall[i - 1] ?? 0)) * (precision[i] as number), 0)
      : recalls.reduce((sum, least) => sum + (precision[recall.findIndex((value) => value >= least)] ?? 0), 0) / recalls.length;
  return { averagePrecision, recall: right / positives };
}
