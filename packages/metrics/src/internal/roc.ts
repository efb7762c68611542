import { check } from '@kumiko/core';
import type { CurveOptions, RocCurve } from '../roc-curve.ts';
import { countThresholds } from './thresholds.ts';

function startingWith(first: number, rest: Float64Array): Float64Array {
  const all = new Float64Array(rest.length + 1);
  all[0] = first;
  all.set(rest, 1);
  return all;
}

/** The curve, with errors in the name of `symbol`. */
export function rocOf(symbol: string, scores: ArrayLike<number>, labels: ArrayLike<number>, { weights }: CurveOptions): RocCurve {
  const { thresholds, truePositives, falsePositives } = countThresholds(symbol, scores, labels, weights);
  const [yes, no] = [truePositives.at(-1) as number, falsePositives.at(-1) as number];
  check(
    yes > 0 && no > 0,
    symbol,
    () => `expected samples of both classes, got a weight of ${no} of class 0 and of ${yes} of class 1. Pass samples of both.`,
  );
  return {
    falsePositiveRate: startingWith(
      0,
      falsePositives.map((count) => count / no),
    ),
    truePositiveRate: startingWith(
      0,
      truePositives.map((count) => count / yes),
    ),
    thresholds: startingWith(Infinity, thresholds),
  };
}
