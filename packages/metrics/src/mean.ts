import { cast, divNoNan, mul, onesLike, sum, tidy, zeros, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { check, formatShape, type Metric } from '@kumiko/core';
import { accumulate, mergeSums } from './internal/compensated-sum.ts';
import { sumOf } from './internal/sum-of.ts';

/** The weighted sum and the weights: each a float32 `[2]`, a sum and what its roundings lost. */
export type MeanState = { readonly sum: Tensor; readonly weight: Tensor };

/** What {@link mean} averages. */
export interface MeanBatch {
  /** Numbers of any shape, such as the losses of the samples, or the mean loss of a batch as a scalar. */
  readonly values: Tensor;
  /** Their weights, of the same shape; for the mean loss of a batch, its number of samples. Default: 1 each. */
  readonly weights?: Tensor;
}

function total(running: Tensor): Tensor {
  return sum(running);
}

/**
 * The weighted mean of all numbers so far, `sum(w x) / sum(w)`, a float32 scalar; 0 before the first.
 *
 * A batch is summed in float32 and added with compensation, so the mean does not stall as a plain float32 sum does at 2^24 numbers.
 *
 * @throws KumikoError in `update`, when values and weights differ in shape
 * @example
 * const metric = mean();
 * let state = metric.update(metric.init(), { values: tf.scalar(0.5), weights: tf.scalar(3) });
 * state = metric.update(state, { values: tf.scalar(0.9), weights: tf.scalar(1) });
 * metric.result(state); // tf.scalar(0.6)
 * @see Knuth, The Art of Computer Programming 2, 4.2.2, theorem B (TwoSum); Neumaier, 1974
 */
export function mean(): Metric<MeanState, MeanBatch, Scalar> {
  return {
    name: 'mean',
    init: () => ({ sum: zeros([2]), weight: zeros([2]) }),
    update: (state, { values, weights }) => {
      check(
        weights === undefined || formatShape(weights.shape) === formatShape(values.shape),
        'mean',
        () =>
          `expected weights of the shape of the values ${formatShape(values.shape)}, got ${formatShape((weights as Tensor).shape)}. Pass one weight for each value.`,
      );
      return tidy(() => {
        const numbers = cast(values, 'float32');
        const shares = weights === undefined ? onesLike(numbers) : cast(weights, 'float32');
        return { sum: accumulate(state.sum, sumOf(mul(numbers, shares))), weight: accumulate(state.weight, sumOf(shares)) };
      });
    },
    merge: (a, b) => tidy(() => ({ sum: mergeSums(a.sum, b.sum), weight: mergeSums(a.weight, b.weight) })),
    result: (state) => tidy(() => divNoNan(total(state.sum), total(state.weight)) as Scalar),
  };
}
