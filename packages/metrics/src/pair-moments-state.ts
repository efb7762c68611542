import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Means and co-moments of pairs (x, y): how many, float32 `[2]`, and scalars `mean(x)`, `mean(y)`, `sum((x - mean)^2)`,
 * `sum((y - mean)^2)` and `sum((x - mean)(y - mean))`.
 */
export type PairMomentsState = {
  readonly count: Tensor;
  readonly meanX: Tensor;
  readonly meanY: Tensor;
  readonly squaresX: Tensor;
  readonly squaresY: Tensor;
  readonly products: Tensor;
};
