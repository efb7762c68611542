import type { Tensor } from '@tensorflow/tfjs-core';

/** What metrics of predicted numbers see of a batch. */
export interface RegressionBatch {
  /** Predicted numbers of any shape; each entry counts by itself. */
  readonly predictions: Tensor;
  /** The true numbers, of the same shape. */
  readonly targets: Tensor;
  /** Weights, of the same shape. Default: 1 each. */
  readonly weights?: Tensor;
}
