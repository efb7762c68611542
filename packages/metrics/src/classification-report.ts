import { check } from '@kumiko/core';
import { pairwiseSum } from './internal/pairwise-sum.ts';

/** Precision, recall and F1 of a class, or an average of classes. */
export interface ClassScores {
  /** Right among those predicted so, `tp / (tp + fp)`; `zeroDivision` when there are none. */
  readonly precision: number;
  /** Right among those that are so, `tp / (tp + fn)`; `zeroDivision` when there are none. */
  readonly recall: number;
  /** `2 precision recall / (precision + recall)`; 0 when both are. */
  readonly f1: number;
  /** Samples of the class, or their weights. */
  readonly support: number;
}

/** What {@link classificationReport} says. */
export interface ClassificationReport {
  /** One entry a class, in their order. */
  readonly classes: readonly (ClassScores & { readonly name: string })[];
  /** Right among all, `sum(tp) / n`; `zeroDivision` when there are no samples. */
  readonly accuracy: number;
  /** The plain mean over the classes. */
  readonly macroAverage: ClassScores;
  /** The mean over the classes, each weighed by its support. */
  readonly weightedAverage: ClassScores;
  /** The names of classes that no sample is of and none was predicted as. */
  readonly unseen: readonly string[];
}

/** Options of {@link classificationReport}. */
export interface ClassificationReportOptions {
  /** Names of the classes, in their order; default `'0'`, `'1'`, ... */
  readonly names?: readonly string[];
  /** What a ratio of nothing is: 0, or 1. Default 0. */
  readonly zeroDivision?: 0 | 1;
}

/** Precision, recall and F1 of counts. The order of the operations is scikit-learn's, so that the bits are. */
function scoresOf(right: number, predicted: number, support: number, zeroDivision: number): ClassScores {
  const precision = predicted === 0 ? zeroDivision : right / predicted;
  const recall = support === 0 ? zeroDivision : right / support;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1, support };
}

function average(classes: readonly ClassScores[], weights: readonly number[]): ClassScores {
  const all = pairwiseSum(weights);
  const mean = (of: (scores: ClassScores) => number): number =>
    pairwiseSum(classes.map((one, i) => of(one) * (weights[i] as number))) / all;
  return {
    precision: mean(({ precision }) => precision),
    recall: mean(({ recall }) => recall),
    f1: mean(({ f1 }) => f1),
    support: pairwiseSum(classes.map(({ support }) => support)),
  };
}

/**
 * Precision, recall, F1 and support of each class and their averages, from a confusion matrix: rows are the true classes, columns the predictions.
 * Ratios of nothing are 0, or `zeroDivision`. Computed on the host in float64, in scikit-learn's order of operations: the numbers are the
 * same to the bit for counts, and for weights whose sums are exact.
 *
 * @param matrix counts `[classes][classes]`, as `await confusionMatrix(n).result(state).array()` gives them, or sums of sample weights
 * @param options `names`, `zeroDivision`
 * @throws KumikoError when the matrix is not square, an entry is not a number >= 0, there are not as many names as classes, or `zeroDivision` is neither 0 nor 1
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
  const { names = rows.map((_, i) => String(i)), zeroDivision = 0 } = options;
  checkArguments(rows, names, zeroDivision);
  const right = rows.map((row, i) => row[i] as number);
  const predicted = rows.map((_, i) => pairwiseSum(rows.map((row) => row[i] as number)));
  const supports = rows.map(pairwiseSum);
  const classes = rows.map((_, i) => ({
    name: names[i] as string,
    ...scoresOf(right[i] as number, predicted[i] as number, supports[i] as number, zeroDivision),
  }));
  const samples = pairwiseSum(supports);
  const nothing = { precision: zeroDivision, recall: zeroDivision, f1: zeroDivision, support: 0 };
  return {
    classes,
    // The F1 of all classes together, as scikit-learn computes it.
    accuracy: scoresOf(pairwiseSum(right), pairwiseSum(predicted), samples, zeroDivision).f1,
    macroAverage: average(
      classes,
      classes.map(() => 1),
    ),
    weightedAverage: samples === 0 ? nothing : average(classes, supports),
    unseen: names.filter((_, i) => predicted[i] === 0 && supports[i] === 0),
  };
}

function checkArguments(rows: readonly (readonly number[])[], names: readonly string[], zeroDivision: number): void {
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
  check(
    names.length === rows.length,
    'classificationReport',
    () => `expected ${rows.length} names, got ${names.length}. Pass one for each class.`,
  );
  check(
    zeroDivision === 0 || zeroDivision === 1,
    'classificationReport',
    () => `expected zeroDivision 0 or 1, got ${String(zeroDivision)}. Pass what a ratio of nothing is.`,
  );
}
