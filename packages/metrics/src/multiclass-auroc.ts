import { check } from '@kumiko/core';
import { auroc } from './auroc.ts';

/** Options of {@link multiclassAuroc}. */
export interface MulticlassAurocOptions {
  /**
   * `'oneVsRest'` sets each class against all others together; `'oneVsOne'` each class against each other, which does not depend on how
   * frequent they are. Default: `'oneVsRest'`.
   */
  readonly mode?: 'oneVsRest' | 'oneVsOne';
  /** The plain mean, or one weighed by how many samples are of the class, or of the two classes. Default: `'macro'`. */
  readonly average?: 'macro' | 'weighted';
}

/** An area and how many samples it is of. */
interface Area {
  readonly value: number;
  readonly samples: number;
}

/**
 * The area under the ROC curve for several classes: a mean of areas of {@link auroc}, exactly. On the host in float64.
 *
 * One against the rest: for each class, its scores with its samples as class 1. One against one, Hand and Till's: for each pair of classes
 * the mean of the two areas among their samples, by the scores of either.
 *
 * @param scores for each sample a score of each class, larger where it is more likely
 * @param labels the class of each sample, in [0, classes)
 * @param options `mode`, `average`
 * @throws KumikoError when lengths differ, there are fewer than two classes, a label is none, no sample is of some class, or a score is NaN
 * @example
 * multiclassAuroc([[0.8, 0.1, 0.1], [0.2, 0.3, 0.5], [0.1, 0.6, 0.3], [0.3, 0.2, 0.5]], [0, 1, 1, 2]); // 0.9444444, of 1, 1, and 5/6
 * @see Hand and Till, "A simple generalisation of the area under the ROC curve for multiple class classification problems", 2001; scikit-learn's
 * roc_auc_score with `multi_class`, which wants probabilities
 */
export function multiclassAuroc(
  scores: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  options: MulticlassAurocOptions = {},
): number {
  const { mode = 'oneVsRest', average = 'macro' } = options;
  check(
    (mode === 'oneVsRest' || mode === 'oneVsOne') && (average === 'macro' || average === 'weighted'),
    'multiclassAuroc',
    () =>
      `expected mode 'oneVsRest' or 'oneVsOne' and average 'macro' or 'weighted', got '${String(mode)}' and '${String(average)}'. Choose of them.`,
  );
  const classes = checkScores(scores, labels);
  const truth = Array.from(labels);
  const among = (samples: readonly number[], one: number): Area => ({
    value: auroc(
      samples.map((i) => (scores[i] as ArrayLike<number>)[one] as number),
      samples.map((i) => Number(truth[i] === one)),
    ),
    samples: mode === 'oneVsRest' ? samples.filter((i) => truth[i] === one).length : samples.length,
  });
  const everybody = truth.map((_, i) => i);
  const every = Array.from({ length: classes }, (_, one) => one);
  const areas =
    mode === 'oneVsRest'
      ? every.map((one) => among(everybody, one))
      : every.flatMap((a) =>
          every.slice(a + 1).flatMap((b) => {
            const both = everybody.filter((i) => truth[i] === a || truth[i] === b);
            return [among(both, a), among(both, b)];
          }),
        );
  const weightOf = ({ samples }: Area): number => (average === 'weighted' ? samples : 1);
  const total = areas.reduce((sum, area) => sum + weightOf(area), 0);
  return areas.reduce((sum, area) => sum + area.value * weightOf(area), 0) / total;
}

/** The number of classes. */
function checkScores(scores: readonly ArrayLike<number>[], labels: ArrayLike<number>): number {
  check(
    scores.length === labels.length && scores.length > 0,
    'multiclassAuroc',
    () => `expected two lists of one length >= 1, got ${scores.length} and ${labels.length}. Pass one entry of each for each sample.`,
  );
  const classes = scores[0]?.length ?? 0;
  const odd = scores.findIndex((row) => row.length !== classes);
  check(
    classes >= 2 && odd < 0,
    'multiclassAuroc',
    () =>
      `expected a score of each of at least 2 classes, got ${scores[Math.max(odd, 0)]?.length} for sample ${Math.max(odd, 0)}. Use auroc for one list of scores.`,
  );
  const seen = new Set(Array.from(labels));
  for (const label of seen) {
    check(
      Number.isInteger(label) && label >= 0 && label < classes,
      'multiclassAuroc',
      () => `expected labels in [0, ${classes}), got ${label}. Pass the column of each sample's class.`,
    );
  }
  const missing = Array.from({ length: classes }, (_, one) => one).find((one) => !seen.has(one));
  check(
    missing === undefined,
    'multiclassAuroc',
    () => `expected samples of every class, got none of class ${missing}. Leave its column out, or pass samples of it.`,
  );
  return classes;
}
