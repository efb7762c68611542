/**
 * How the scores of the classes become one, in scikit-learn's words: `'macro'` is their plain mean, `'weighted'` their mean
 * weighed by support, `'micro'` the score of the counts of all classes together, `'binary'` the score of class 1 of two,
 * and `'none'` all scores, `[classes]`.
 */
export type ClassAverage = 'macro' | 'weighted' | 'micro' | 'binary' | 'none';

/** Options of the metrics of classes: `precision`, `recall`, `fBeta`, `specificity` and `jaccard`. */
export interface ClassAverageOptions {
  /** How the scores of the classes become one. Default: `'macro'`. */
  readonly average?: ClassAverage;
}
