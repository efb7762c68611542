import { check } from '@kumiko/core';
import type { PrecisionRecallCurve } from '../precision-recall-curve.ts';
import type { CurveOptions } from '../roc-curve.ts';
import { countThresholds } from './thresholds.ts';

/** The curve, with errors in the name of `symbol`. */
export function precisionRecallOf(
  symbol: string,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  { weights }: CurveOptions,
): PrecisionRecallCurve {
  const { thresholds, truePositives, falsePositives } = countThresholds(symbol, scores, labels, weights);
  const yes = truePositives.at(-1) as number;
  check(yes > 0, symbol, () => `expected samples of class 1, got none. Pass some whose label is 1.`);
  const size = thresholds.length;
  const precision = new Float64Array(size + 1).fill(1);
  const recall = new Float64Array(size + 1);
  for (let i = 0; i < size; i++) {
    const [right, wrong] = [truePositives[size - 1 - i] as number, falsePositives[size - 1 - i] as number];
    precision[i] = right + wrong === 0 ? 0 : right / (right + wrong);
    recall[i] = right / yes;
  }
  return { precision, recall, thresholds: thresholds.slice().reverse() };
}

/** The step sum under a curve. */
export function stepSum({ precision, recall }: PrecisionRecallCurve): number {
  let sum = 0;
  for (let i = 0; i + 1 < recall.length; i++) sum += ((recall[i] as number) - (recall[i + 1] as number)) * (precision[i] as number);
  return sum;
}
