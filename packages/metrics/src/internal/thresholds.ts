import { check } from '@kumiko/core';
import { checkLengths, checkNumbers, sortedBy, weightsOrOnes } from './samples.ts';

/** What lies at or above each threshold: the distinct scores, falling, and the weight of the yes and no samples. */
export interface ThresholdCounts {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/** Counts the samples at or above each distinct score. */
export function countThresholds(
  symbol: string,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
): ThresholdCounts {
  checkLengths(symbol, scores, labels);
  checkNumbers(symbol, 'scores', scores);
  const shares = weightsOrOnes(symbol, weights, scores.length);
  const order = sortedBy(scores, 'falling');
  const thresholds: number[] = [];
  const truePositives: number[] = [];
  const falsePositives: number[] = [];
  let [yes, no] = [0, 0];
  order.forEach((sample, i) => {
    const label = labels[sample] as number;
    check(label === 0 || label === 1, symbol, () => `expected labels 0 and 1, got ${label}. Pass 1 for the class that the scores are of.`);
    if (label === 1) yes += shares[sample] as number;
    else no += shares[sample] as number;
    const score = scores[sample] as number;
    if (i + 1 < order.length && scores[order[i + 1] as number] === score) return;
    thresholds.push(score);
    truePositives.push(yes);
    falsePositives.push(no);
  });
  return {
    thresholds: Float64Array.from(thresholds),
    truePositives: Float64Array.from(truePositives),
    falsePositives: Float64Array.from(falsePositives),
  };
}
