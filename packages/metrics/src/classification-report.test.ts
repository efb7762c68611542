import { describe, expect, test } from 'vitest';
import golden from '../../../fixtures/metrics/classification.json' with { type: 'json' };
import { classificationReport } from './classification-report.ts';
import { formatClassificationReport } from './format-classification-report.ts';

interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly 'f1-score': number;
  readonly support: number;
}

describe.each(golden.rows)('scikit-learn: $name', ({ names, matrix, accuracy, report: expected, text }) => {
  const report = classificationReport(matrix, names === null ? {} : { names });
  const scores = expected as unknown as Record<string, Scores>;

  test('scores', () => {
    expect(report.accuracy).toBeCloseTo(accuracy, 12);
    const rows = [...report.classes, { name: 'macro avg', ...report.macroAverage }, { name: 'weighted avg', ...report.weightedAverage }];
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(scores));
    for (const { name, precision, recall, f1, support } of rows) {
      const row = scores[name] as Scores;
      expect(precision).toBeCloseTo(row.precision, 12);
      expect(recall).toBeCloseTo(row.recall, 12);
      expect(f1).toBeCloseTo(row['f1-score'], 12);
      expect(support).toBe(row.support);
    }
  });

  test.skipIf(text === null)('text, where the golden file has one', () => {
    expect(formatClassificationReport(report)).toBe(text?.['2']);
    expect(formatClassificationReport(report, { digits: 4 })).toBe(text?.['4']);
  });
});

test('scores of a matrix that one can check by hand', () => {
  // Class 0: tp 3, predicted 3, support 4. Class 1: tp 2, predicted 3, support 2.
  const { classes, accuracy, macroAverage, weightedAverage } = classificationReport([[3, 1], Float32Array.of(0, 2)], {
    names: ['cat', 'dog'],
  });
  expect(classes).toEqual([
    { name: 'cat', precision: 1, recall: 0.75, f1: 6 / 7, support: 4 },
    { name: 'dog', precision: 2 / 3, recall: 1, f1: 4 / 5, support: 2 },
  ]);
  expect(accuracy).toBe(5 / 6);
  expect(macroAverage.recall).toBe(0.875);
  expect(weightedAverage.precision).toBeCloseTo((4 * 1 + 2 * (2 / 3)) / 6, 15);
  expect(weightedAverage.support).toBe(6);
});

test('nothing at all is 0 everywhere', () => {
  const { accuracy, macroAverage, weightedAverage } = classificationReport([
    [0, 0],
    [0, 0],
  ]);
  expect([accuracy, macroAverage, weightedAverage]).toEqual([0, ...Array<unknown>(2).fill({ precision: 0, recall: 0, f1: 0, support: 0 })]);
});

test('refuses what is no confusion matrix', () => {
  expect(() => classificationReport([])).toThrow(
    'classificationReport: expected a square matrix, got rows of the lengths []. Pass counts [classes][classes].',
  );
  expect(() => classificationReport([[1, 2], [3]])).toThrow('got rows of the lengths [2,1].');
  for (const bad of [-1, NaN, Infinity]) {
    expect(() => classificationReport([[bad]])).toThrow(
      `classificationReport: expected counts >= 0, got ${bad}. Pass how often each class was predicted as each.`,
    );
  }
  expect(() => classificationReport([[1]], { names: ['a', 'b'] })).toThrow(
    'classificationReport: expected 1 names, got 2. Pass one for each class.',
  );
  expect(() => formatClassificationReport(classificationReport([[1]]), { digits: -1 })).toThrow(
    'formatClassificationReport: expected digits to be an integer in [0, 20], got -1. Pass how many digits to show.',
  );
});
