import type { Tensor } from '@tensorflow/tfjs-core';

/** What metrics of predicted probabilities see of a batch. */
export interface ProbabilityBatch {
  /** Probabilities `[samples, classes]`, or of class 1 of two, `[samples]`: float32 in [0, 1]. Of logits, pass `tf.softmax` or `tf.sigmoid`. */
  readonly predictions: Tensor;
  /** The true classes `[samples]`, whole numbers. */
  readonly labels: Tensor;
  /** Weights of the samples, `[samples]`. Default: 1 each. */
  readonly weights?: Tensor;
}
