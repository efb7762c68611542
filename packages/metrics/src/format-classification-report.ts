import { check } from '@kumiko/core';
import type { ClassificationReport, ClassScores } from './classification-report.ts';

/** Options of {@link formatClassificationReport}. */
export interface FormatClassificationReportOptions {
  /** Digits behind the point, an integer in [0, 20]; default 2. */
  readonly digits?: number;
}

const HEADERS = ['precision', 'recall', 'f1-score', 'support'] as const;
const COLUMN = 9;

/**
 * A report as a table of text, laid out as scikit-learn prints it.
 *
 * @throws KumikoError when `digits` is out of range
 * @example
 * const text = formatClassificationReport(classificationReport([[3, 1], [0, 2]], { names: ['cat', 'dog'] }));
 * text.split('\n')[2]; // '         cat       1.00      0.75      0.86         4'
 * @see scikit-learn's classification_report
 */
export function formatClassificationReport(report: ClassificationReport, options: FormatClassificationReportOptions = {}): string {
  const { digits = 2 } = options;
  check(
    Number.isInteger(digits) && digits >= 0 && digits <= 20,
    'formatClassificationReport',
    () => `expected digits to be an integer in [0, 20], got ${digits}. Pass how many digits to show.`,
  );
  const width = Math.max('weighted avg'.length, digits, ...report.classes.map(({ name }) => name.length));
  const line = (name: string, cells: readonly string[]): string =>
    `${name.padStart(width)} ${cells.map((cell) => ` ${cell.padStart(COLUMN)}`).join('')}\n`;
  const scores = (name: string, { precision, recall, f1, support }: ClassScores): string =>
    line(name, [...[precision, recall, f1].map((score) => score.toFixed(digits)), String(support)]);
  const { classes, accuracy, macroAverage, weightedAverage } = report;
  return [
    line('', HEADERS),
    '\n',
    ...classes.map((one) => scores(one.name, one)),
    '\n',
    line('accuracy', ['', '', accuracy.toFixed(digits), String(macroAverage.support)]),
    scores('macro avg', macroAverage),
    scores('weighted avg', weightedAverage),
  ].join('');
}
