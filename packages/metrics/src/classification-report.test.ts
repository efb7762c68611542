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

/** The confusion matrix of a row whose own would be large. */
function countPairs(classes: number, labels: readonly number[], predictions: readonly number[]): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, i) => {
    const row = matrix[label] as number[];
    row[predictions[i] as number] = (row[predictions[i] as number] as number) + 1;
  });
  return matrix;
}

describe.each(golden.rows)('scikit-learn: $name', (row) => {
  const { names, zeroDivision, classes, labels, predictions, weighted, text } = row;
  const matrix = row.matrix ?? countPairs(classes, labels, predictions);
  const report = classificationReport(matrix, { zeroDivision: zeroDivision as 0 | 1, ...(names !== null && { names }) });

  test('scores, to the bit', () => {
    const scores = row.report as unknown as Record<string, Scores>;
    const rows = [...report.classes, { name: 'macro avg', ...report.macroAverage }, { name: 'weighted avg', ...report.weightedAverage }];
    expect(rows.map(({ name, precision, recall, f1, support }) => ({ name, precision, recall, 'f1-score': f1, support }))).toEqual(
      rows.map(({ name }) => ({ name, ...scores[name] })),
    );
    expect(Object.keys(scores)).toHaveLength(rows.length);
    expect(report.accuracy).toBeCloseTo(row.accuracy, 12);
  });

  test.each(Object.entries(text as Record<string, string>))('text, to the byte, with %s digits', (digits, expected) => {
    expect(formatClassificationReport(report, { digits: Number(digits), ...(weighted && { weighted }) })).toBe(expected);
    if (digits === '2') expect(formatClassificationReport(report, weighted ? { weighted } : {})).toBe(expected);
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

test('supports are written as weights where one is no whole number', () => {
  const lines = formatClassificationReport(classificationReport([[0.5, 0], [0, 2]])).split('\n'); // prettier-ignore
  expect(lines[2]).toBe('           0       1.00      1.00      1.00       0.5');
  expect(lines[5]).toBe('    accuracy                           1.00       2.5');
  expect(formatClassificationReport(classificationReport([[1]]), { weighted: true }).split('\n')[2]).toMatch(/ 1\.0$/u);
});

test('nothing at all is 0 everywhere, or 1', () => {
  const { accuracy, macroAverage, weightedAverage, unseen } = classificationReport([[0, 0], [0, 0]], { zeroDivision: 1 }); // prettier-ignore
  // Precision and recall of 1 make an F1 of 1, also in scikit-learn 1.2.
  const ones = { precision: 1, recall: 1, f1: 1, support: 0 };
  expect([accuracy, macroAverage, weightedAverage, unseen]).toEqual([1, ones, ones, ['0', '1']]);
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
  expect(() => classificationReport([[1]], { zeroDivision: 0.5 as 1 })).toThrow(
    'classificationReport: expected zeroDivision 0 or 1, got 0.5. Pass what a ratio of nothing is.',
  );
  expect(() => formatClassificationReport(classificationReport([[1]]), { digits: -1 })).toThrow(
    'formatClassificationReport: expected digits to be an integer in [0, 20], got -1. Pass how many digits to show.',
  );
});
