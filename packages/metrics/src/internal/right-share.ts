import { cast, divNoNan, logicalAnd, notEqual, onesLike, scalar, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import type { AccuracyState } from '../accuracy.ts';
import { sumOf } from './sum-of.ts';
import { addToCount, countAsFloat, mergeCounts, zeroCount } from './wide-count.ts';

/** A metric that says which share of the samples that the mask leaves is right. */
export function rightShare<B extends { readonly mask?: Tensor }>(
  name: string,
  isRight: (batch: B) => Tensor,
): Metric<AccuracyState, B, Scalar> {
  return {
    name,
    init: () => ({ correct: zeroCount([]), total: zeroCount([]) }),
    update: (state, batch) =>
      tidy(() => {
        const right = isRight(batch);
        const counted = batch.mask === undefined ? onesLike(right) : notEqual(batch.mask, scalar(0, batch.mask.dtype));
        return {
          correct: addToCount(state.correct, sumOf(cast(logicalAnd(right, cast(counted, 'bool')), 'float32'))),
          total: addToCount(state.total, sumOf(cast(counted, 'float32'))),
        };
      }),
    merge: (a, b) => tidy(() => ({ correct: mergeCounts(a.correct, b.correct), total: mergeCounts(a.total, b.total) })),
    result: ({ correct, total }) => tidy(() => divNoNan(countAsFloat(correct), countAsFloat(total)) as Scalar),
  };
}
