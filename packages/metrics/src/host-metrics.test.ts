import { describe, expect, test } from 'vitest';
import golden from '../../../fixtures/metrics/scores.json' with { type: 'json' };
import { auroc } from './auroc.ts';
import { averagePrecision } from './average-precision.ts';
import { calibrationError } from './calibration-error.ts';
import { kendall } from './kendall.ts';
import { multiclassAuroc } from './multiclass-auroc.ts';
import { precisionRecallCurve } from './precision-recall-curve.ts';
import { rocCurve } from './roc-curve.ts';
import { spearman } from './spearman.ts';

function close(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  Array.from(actual).forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 12));
}

describe('curves', () => {
  const { scores, labels, weights, roc, precisionRecall, ...expected } = golden.curves;

  test('rocCurve is that of scikit-learn', () => {
    const curve = rocCurve(Float64Array.from(scores), Uint8Array.from(labels));
    close(curve.falsePositiveRate, roc.falsePositiveRate);
    close(curve.truePositiveRate, roc.truePositiveRate);
    expect([...curve.thresholds]).toEqual([Infinity, ...roc.thresholds]);
  });

  test('precisionRecallCurve is that of scikit-learn', () => {
    const curve = precisionRecallCurve(scores, labels);
    close(curve.precision, precisionRecall.precision);
    close(curve.recall, precisionRecall.recall);
    expect([...curve.thresholds]).toEqual(precisionRecall.thresholds);
  });

  test('areas are those of scikit-learn, also with weights', () => {
    expect(auroc(scores, labels)).toBeCloseTo(expected.auroc, 12);
    expect(auroc(scores, labels, { weights })).toBeCloseTo(expected.weightedAuroc, 12);
    expect(averagePrecision(scores, labels)).toBeCloseTo(expected.averagePrecision, 12);
    expect(averagePrecision(scores, labels, { weights })).toBeCloseTo(expected.weightedAveragePrecision, 12);
  });

  test('ties count half, and infinities have a place', () => {
    expect(auroc([1, 1, 1], [0, 1, 0])).toBe(0.5);
    expect(auroc([-Infinity, -Infinity, 3, Infinity], [0, 1, 0, 1])).toBe(0.625); // 1/2 + 0 + 1 + 1 of 4 pairs
  });

  test('many samples do not overflow the stack', () => {
    const size = 300_000;
    expect(
      auroc(
        Float64Array.from({ length: size }, (_, i) => i),
        Uint8Array.from({ length: size }, (_, i) => Number(i >= size / 2)),
      ),
    ).toBe(1);
  });

  test('refuse what has no curve', () => {
    expect(() => auroc([1, 2], [1])).toThrow(
      'auroc: expected two lists of one length >= 1, got 2 and 1. Pass one entry of each for each sample.',
    );
    expect(() => auroc([], [])).toThrow('auroc: expected two lists of one length >= 1, got 0 and 0.');
    expect(() => rocCurve([1, NaN], [0, 1])).toThrow(
      'rocCurve: expected scores without NaN, got NaN at 1. Remove that sample, or repair what made it.',
    );
    expect(() => averagePrecision([1, 2], [0, 2])).toThrow(
      'averagePrecision: expected labels 0 and 1, got 2. Pass 1 for the class that the scores are of.',
    );
    expect(() => auroc([1, 2], [1, 1])).toThrow(
      'auroc: expected samples of both classes, got a weight of 0 of class 0 and of 2 of class 1. Pass samples of both.',
    );
    expect(() => precisionRecallCurve([1, 2], [0, 0])).toThrow(
      'precisionRecallCurve: expected samples of class 1, got none. Pass some whose label is 1.',
    );
    expect(() => auroc([1, 2], [0, 1], { weights: [1] })).toThrow('auroc: expected 2 weights, got 1. Pass one for each sample.');
  });
});

describe('multiclassAuroc', () => {
  const { scores, labels, areas } = golden.multiclass;

  test.each(areas)('is that of scikit-learn: $mode, $average', ({ mode, average, value }) => {
    expect(multiclassAuroc(scores, labels, { mode: mode as 'oneVsOne', average: average as 'macro' })).toBeCloseTo(value, 12);
  });

  test('is the plain mean of one against the rest unless told', () => {
    expect(multiclassAuroc(scores, Uint8Array.from(labels))).toBe(multiclassAuroc(scores, labels, { mode: 'oneVsRest', average: 'macro' }));
    // Two classes by mirrored scores: the area of either.
    const mirrored = [0.1, 0.4, 0.35, 0.8].map((score) => [1 - score, score]);
    for (const mode of ['oneVsRest', 'oneVsOne'] as const) expect(multiclassAuroc(mirrored, [0, 0, 1, 1], { mode })).toBe(0.75);
  });

  test('refuses bad input', () => {
    const cases: [() => unknown, string][] = [
      [() => multiclassAuroc([[1, 2]], []), 'expected two lists of one length >= 1, got 1 and 0. '],
      [() => multiclassAuroc([[1]], [0]), 'expected a score of each of at least 2 classes, got 1 for sample 0. '],
      [() => multiclassAuroc([[1, 2], [1]], [0, 1]), 'expected a score of each of at least 2 classes, got 1 for sample 1. '],
      [() => multiclassAuroc([[1, 2]], [2]), 'expected labels in [0, 2), got 2. '],
      [() => multiclassAuroc([[1, 2]], [1]), 'expected samples of every class, got none of class 0. '],
      [
        () => multiclassAuroc([[1, 2]], [1], { mode: 'ovr' as 'oneVsOne' }),
        "expected mode 'oneVsRest' or 'oneVsOne' and average 'macro' or 'weighted', got 'ovr' and 'macro'. ",
      ],
    ];
    for (const [call, message] of cases) expect(call).toThrow(`multiclassAuroc: ${message}`);
    expect(() =>
      multiclassAuroc(
        [
          [1, 2],
          [NaN, 1],
        ],
        [0, 1],
      ),
    ).toThrow('auroc: expected scores without NaN, got NaN at 1. ');
  });
});

describe('calibrationError', () => {
  const { confidences, outcomes, errors } = golden.calibration;

  test.each(errors)('Guo et al., transcribed: $bins bins, $norm', ({ bins, norm, value }) => {
    expect(calibrationError(confidences, outcomes, { bins, norm: norm as 'mean' })).toBeCloseTo(value, 12);
  });

  test('has 15 bins unless told', () => {
    expect(calibrationError(confidences, outcomes)).toBeCloseTo(
      errors.find(({ bins, norm }) => bins === 15 && norm === 'mean')?.value as number,
      12,
    );
  });

  test('refuses logits and bad options', () => {
    expect(() => calibrationError([1.5], [1])).toThrow(
      'calibrationError: expected confidences in [0, 1], got 1.5 at 0. Pass probabilities, not logits.',
    );
    expect(() => calibrationError([NaN], [1])).toThrow('got NaN at 0');
    expect(() => calibrationError([1], [1], { bins: 0 })).toThrow('calibrationError: expected bins to be an integer >= 1, got 0.');
    expect(() => calibrationError([1], [1], { norm: 'l1' as 'mean' })).toThrow(
      "calibrationError: expected norm to be 'mean', 'root' or 'max', got 'l1'.",
    );
    expect(() => calibrationError([], [])).toThrow('calibrationError: expected two lists');
  });
});

describe('rank correlations', () => {
  const { first, second, ...expected } = golden.ranks;

  test('are those of scipy, with ties', () => {
    expect(spearman(first, second)).toBeCloseTo(expected.spearman, 12);
    expect(kendall(first, second)).toBeCloseTo(expected.kendall, 12);
    expect(kendall(second, Float64Array.from(first))).toBeCloseTo(expected.kendall, 12);
  });

  test('kendall counts a pair that is equal in both lists once', () => {
    // Of 6 pairs 2 are equal in the first list, 3 in the second, and 1 of these in both; the other 2 are in order: 2 / sqrt((6 - 2) (6 - 3)).
    expect(kendall([1, 1, 2, 2], [1, 1, 1, 2])).toBeCloseTo(1 / Math.sqrt(3), 15);
  });

  test('are 1 of one order, -1 of the opposite, and NaN of constants', () => {
    for (const correlation of [spearman, kendall]) {
      expect(correlation([1, 5, 9], [-3, 0, 1e9])).toBeCloseTo(1, 15);
      expect(correlation([1, 5, 9], [3, 2, 1])).toBeCloseTo(-1, 15);
      expect(correlation([1, 1], [1, 2])).toBeNaN();
      expect(() => correlation([1], [1])).toThrow(`${correlation.name}: expected two lists of one length >= 2, got 1 and 1.`);
      expect(() => correlation([1, 2], [1, NaN])).toThrow(`${correlation.name}: expected numbers without NaN, got NaN at 1.`);
    }
  });
});
