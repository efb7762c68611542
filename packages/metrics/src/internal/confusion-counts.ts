import { cast, equal, expandDims, matMul, mul, notEqual, range, scalar, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { check, type Metric } from '@kumiko/core';
import type { ClassifiedBatch } from '../classified-batch.ts';
import { predictedClasses } from './classified.ts';
import { addToCount, countAsFloat, mergeCounts, zeroCount } from './wide-count.ts';

/** 1 where a class is that of the column, else 0: float32 `[samples, classes]`. A class out of range has a row of zeros. */
function indicator(of: Tensor, classes: number): Tensor2D {
  return cast(equal(expandDims(of, 1), range(0, classes, 1, 'int32')), 'float32') as Tensor2D;
}

/** A metric that counts how often each true class (rows) was predicted as each class (columns), and says what `result` makes of the counts. */
export function confusionCounts<R extends Tensor>(
  name: string,
  classes: number,
  result: (matrix: Tensor2D) => R,
): Metric<{ readonly counts: Tensor }, ClassifiedBatch, R> {
  check(
    Number.isInteger(classes) && classes >= 1,
    name,
    () => `expected classes to be an integer >= 1, got ${classes}. Pass how many classes there are.`,
  );
  return {
    name,
    init: () => ({ counts: zeroCount([classes, classes]) }),
    update: ({ counts }, batch) =>
      tidy(() => {
        const predicted = indicator(predictedClasses(name, batch), classes);
        const { labels, mask } = batch;
        const every = indicator(cast(labels, 'int32'), classes);
        const counted = mask === undefined ? every : mul(every, expandDims(cast(notEqual(mask, scalar(0, mask.dtype)), 'float32'), 1));
        return { counts: addToCount(counts, matMul(counted as Tensor2D, predicted, true)) };
      }),
    merge: (a, b) => tidy(() => ({ counts: mergeCounts(a.counts, b.counts) })),
    result: ({ counts }) => tidy(() => result(countAsFloat(counts) as Tensor2D)),
  };
}
