import type { Tensor } from '@tensorflow/tfjs-core';

/** What metrics of classes see of a batch. */
export interface ClassifiedBatch {
  /** Logits or probabilities `[samples, classes]`, of which the largest counts (the first, if several are), or classes `[samples]`. */
  readonly predictions: Tensor;
  /** The true classes `[samples]`, whole numbers. */
  readonly labels: Tensor;
  /** Which samples count, `[samples]`: those that are not 0. Default: all. */
  readonly mask?: Tensor;
}
