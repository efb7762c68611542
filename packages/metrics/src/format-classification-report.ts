import { check } from '@kumiko/core';
import type { ClassificationReport, ClassScores } from './classification-report.ts';
import { pythonFixed, pythonFloat } from './internal/python-number.ts';

/** Options of {@link formatClassificationReport}. */
export interface FormatClassificationReportOptions {
  /** Digits behind the point, an integer in [0, 20]; default 2. */
  readonly digits?: number;
  /**
   * Whether supports are weights, written `6.0` where counts are written `6`. Default: where one is no whole number, and where nothing is
   * right, as scikit-learn does it.
   */
  readonly weighted?: boolean;
}

const HEADERS = ['precision', 'recall', 'f1-score', 'support'] as const;
const COLUMN = 9;

/** Padded to a number of characters, not of UTF-16 units. */
function padded(text: string, width: number): string {
  return text.padStart(width + text.length - Array.from(text).length);
}

/**
 * A report as a table of text, byte for byte as scikit-learn prints it. Where a class was neither seen nor predicted, the line `accuracy`
 * is `micro avg`, which is the same number.
 *
 * @throws KumikoError when `digits` is out of range
 * @example
 * const text = formatClassificationReport(classificationReport([[3, 1], [0, 2]], { names: ['cat', 'dog'] }));
 * text.split('\n')[2]; // '         cat       1.00      0.75      0.86         4'
 * @see scikit-learn's classification_report
 */
export function formatClassificationReport(report: ClassificationReport, options: FormatClassificationReportOptions = {}): string {
  const { classes, accuracy, macroAverage, weightedAverage, unseen } = report;
  const isWhole = classes.every(({ support }) => Number.isInteger(support));
  const nothingRight = classes.every(({ precision, support, f1 }) => f1 === 0 || (precision === 1 && support === 0));
  const { digits = 2, weighted = !isWhole || nothingRight } = options;
  check(
    Number.isInteger(digits) && digits >= 0 && digits <= 20,
    'formatClassificationReport',
    () => `expected digits to be an integer in [0, 20], got ${digits}. Pass how many digits to show.`,
  );
  const width = Math.max('weighted avg'.length, digits, ...classes.map(({ name }) => Array.from(name).length));
  const line = (name: string, cells: readonly string[]): string =>
    `${padded(name, width)} ${cells.map((cell) => ` ${cell.padStart(COLUMN)}`).join('')}\n`;
  const number = (score: number): string => pythonFixed(score, digits);
  const count = (support: number): string => (weighted ? pythonFloat(support) : String(support));
  const scores = (name: string, { precision, recall, f1, support }: ClassScores): string =>
    line(name, [number(precision), number(recall), number(f1), count(support)]);
  const { support } = macroAverage;
  return [
    line('', HEADERS),
    '\n',
    ...classes.map((one) => scores(one.name, one)),
    '\n',
    unseen.length === 0
      ? line('accuracy', ['', '', number(accuracy), count(support)])
      : scores('micro avg', { precision: accuracy, recall: accuracy, f1: accuracy, support }),
    scores('macro avg', macroAverage),
    scores('weighted avg', weightedAverage),
  ].join('');
}
