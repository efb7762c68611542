import { cast, equal, expandDims, matMul, mul, notEqual, range, scalar, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { check, type Metric } from '@kumiko/core';
import type { ClassifiedBatch } from './classified-batch.ts';
import { predictedClasses } from './internal/classified.ts';
import { addToCount, countAsFloat, mergeCounts, zeroCount } from './internal/wide-count.ts';

/** How often each true class was predicted as each class: counts as float32 `[2, classes, classes]`, `high * 2^20 + low`, exact to 2^44. */
export type ConfusionMatrixState = { readonly counts: Tensor };

/** 1 where a class is that of the column, else 0: float32 `[samples, classes]`. A class out of range has a row of zeros. */
function indicator(of: Tensor, classes: number): Tensor2D {
  return cast(equal(expandDims(of, 1), range(0, classes, 1, 'int32')), 'float32') as Tensor2D;
}

/**
 * How often class i was predicted as class j: counts `[i, j]`, rows are the true classes and columns the predictions, as in scikit-learn.
 * A float32 tensor `[classes, classes]`, exact to 2^24 an entry and rounded beyond; the state is exact to 2^44.
 * Samples whose label or prediction is not in [0, classes) are left out. A batch may have up to 2^23 samples.
 *
 * @param classes how many there are, an integer >= 1
 * @throws KumikoError when `classes` is not such an integer; in `update`, when the shapes do not fit together
 * @example
 * const metric = confusionMatrix(2);
 * const batch = { predictions: tf.tensor1d([0, 1, 1], 'int32'), labels: tf.tensor1d([0, 1, 0], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.tensor2d([[1, 1], [0, 1]])
 * @see scikit-learn's confusion_matrix
 */
export function confusionMatrix(classes: number): Metric<ConfusionMatrixState, ClassifiedBatch, Tensor2D> {
  check(
    Number.isInteger(classes) && classes >= 1,
    'confusionMatrix',
    () => `expected classes to be an integer >= 1, got ${classes}. Pass how many classes there are.`,
  );
  return {
    name: 'confusionMatrix',
    init: () => ({ counts: zeroCount([classes, classes]) }),
    update: ({ counts }, batch) =>
      tidy(() => {
        const predicted = indicator(predictedClasses('confusionMatrix', batch), classes);
        const { labels, mask } = batch;
        const every = indicator(cast(labels, 'int32'), classes);
        const counted = mask === undefined ? every : mul(every, expandDims(cast(notEqual(mask, scalar(0, mask.dtype)), 'float32'), 1));
        return { counts: addToCount(counts, matMul(counted as Tensor2D, predicted, true)) };
      }),
    merge: (a, b) => tidy(() => ({ counts: mergeCounts(a.counts, b.counts) })),
    result: ({ counts }) => tidy(() => countAsFloat(counts) as Tensor2D),
  };
}
