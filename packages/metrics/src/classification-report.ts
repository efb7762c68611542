import { check } from '@kumiko/core';

/** Precision, recall and F1 of a class, or an average of classes. */
export interface ClassScores {
  /** Right among those predicted so, `tp / (tp + fp)`; 0 when there are none. */
  readonly precision: number;
  /** Right among those that are so, `tp / (tp + fn)`; 0 when there are none. */
  readonly recall: number;
  /** `2 precision recall / (precision + recall)`; 0 when both are. */
  readonly f1: number;
  /** Samples of the class. */
  readonly support: number;
}

/** What {@link classificationReport} says. */
export interface ClassificationReport {
  /** One entry a class, in their order. */
  readonly classes: readonly (ClassScores & { readonly name: string })[];
  /** Right among all, `sum(tp) / n`; 0 when there are no samples. */
  readonly accuracy: number;
  /** The plain mean over the classes. */
  readonly macroAverage: ClassScores;
  /** The mean over the classes, each weighed by its support. */
  readonly weightedAverage: ClassScores;
}

/** Options of {@link classificationReport}. */
export interface ClassificationReportOptions {
  /** Names of the classes, in their order; default `'0'`, `'1'`, ... */
  readonly names?: readonly string[];
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function average(classes: readonly ClassScores[], weights: readonly number[]): ClassScores {
  const all = total(weights);
  const mean = (of: (scores: ClassScores) => number): number =>
    ratio(total(classes.map((one, i) => of(one) * (weights[i] as number))), all);
  return {
    precision: mean(({ precision }) => precision),
    recall: mean(({ recall }) => recall),
    f1: mean(({ f1 }) => f1),
    support: total(classes.map(({ support }) => support)),
  };
}

/**
 * Precision, recall, F1 and support of each class and their averages, from a confusion matrix: rows are the true classes, columns the predictions.
 * Ratios of nothing are 0, as scikit-learn's with `zero_division=0`. Computed on the host in float64.
 *
 * @param matrix counts `[classes][classes]`, as `await confusionMatrix(n).result(state).array()` gives them
 * @throws KumikoError when the matrix is not square, an entry is not a number >= 0, or there are not as many names as classes
 * @example
 * const report = classificationReport([[3, 1], [0, 2]], { names: ['cat', 'dog'] });
 * report.classes[0]?.recall; // 0.75
 * report.weightedAverage.precision; // 0.8888888888888888
 * @see scikit-learn's classification_report and precision_recall_fscore_support
 */
export function classificationReport(
  matrix: readonly ArrayLike<number>[],
  options: ClassificationReportOptions = {},
): ClassificationReport {
  const rows = matrix.map((row) => Array.from(row));
  check(
    rows.length > 0 && rows.every((row) => row.length === rows.length),
    'classificationReport',
    () => `expected a square matrix, got rows of the lengths [${rows.map((row) => row.length).join(',')}]. Pass counts [classes][classes].`,
  );
  for (const count of rows.flat()) {
    check(
      Number.isFinite(count) && count >= 0,
      'classificationReport',
      () => `expected counts >= 0, got ${count}. Pass how often each class was predicted as each.`,
    );
  }
  const { names = rows.map((_, i) => String(i)) } = options;
  check(
    names.length === rows.length,
    'classificationReport',
    () => `expected ${rows.length} names, got ${names.length}. Pass one for each class.`,
  );
  const right = rows.map((row, i) => row[i] as number);
  const classes = rows.map((row, i) => {
    const support = total(row);
    const predicted = total(rows.map((other) => other[i] as number));
    const hits = right[i] as number;
    // From the counts, not from precision and recall: one division, and no rounding between.
    return {
      name: names[i] as string,
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, predicted + support),
      support,
    };
  });
  const supports = classes.map(({ support }) => support);
  return {
    classes,
    accuracy: ratio(total(right), total(supports)),
    macroAverage: average(
      classes,
      classes.map(() => 1),
    ),
    weightedAverage: average(classes, supports),
  };
}
