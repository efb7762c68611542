import { clipByValue, divNoNan, mul, sqrt, tidy, type Scalar } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import { mergeMoments, momentsOf, zeroMoments } from './internal/moments.ts';
import { numbersOf } from './internal/regression.ts';
import type { PairMomentsState } from './pair-moments-state.ts';
import type { RegressionBatch } from './regression-batch.ts';

/**
 * The correlation of predictions and targets, in [-1, 1]: `sum((x - mean x)(y - mean y)) / sqrt(sum((x - mean x)^2) sum((y - mean y)^2))`,
 * a float32 scalar; 0 where either is constant. All entries are one stream, whatever their shape.
 *
 * States merge as sums about their common mean, so numbers far from 0 lose little: sums of their squares would lose all.
 *
 * @throws KumikoError in `update`, when the shapes differ
 * @example
 * const metric = pearson();
 * const batch = { predictions: tf.tensor1d([1, 2, 3]), targets: tf.tensor1d([1, 3, 2]) };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.5)
 * @see Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979; scipy's pearsonr, which gives NaN for a constant
 */
export function pearson(): Metric<PairMomentsState, Omit<RegressionBatch, 'weights'>, Scalar> {
  return {
    name: 'pearson',
    init: zeroMoments,
    update: (state, batch) =>
      tidy(() => {
        const { predictions, targets } = numbersOf('pearson', batch);
        return mergeMoments(state, momentsOf(predictions, targets));
      }),
    merge: (a, b) => tidy(() => mergeMoments(a, b)),
    result: ({ squaresX, squaresY, products }) =>
      // Two roots, not the root of the product, which would overflow float32 first.
      tidy(() => clipByValue(divNoNan(products, mul(sqrt(squaresX), sqrt(squaresY))), -1, 1) as Scalar),
  };
}
