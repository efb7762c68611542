import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { finishLoss } from './internal/finish-loss.ts';
import { labelLogProbability } from './internal/label-log-probability.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link generalizedCrossEntropy}. */
export interface GeneralizedCrossEntropyOptions extends LossOptions {
  /** From cross-entropy (towards 0) to the absolute error (1), in (0, 1]. Default: 0.7. */
  readonly q?: number;
}

/**
 * A cross-entropy that bears wrong labels: `(1 - p^q) / q` with `p = softmax(logits)[label]`, never above `1 / q`.
 *
 * @param logits float32 `[...,classes]`, before any softmax
 * @param labels int32 `[...]`, in `[0, classes)`; a label that is no class gives NaN
 * @param options `q`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `labels` for `reduction: 'none'`
 * @throws KumikoError when shapes or the labels' type do not fit, or `q` is outside (0, 1]
 * @example
 * generalizedCrossEntropy(tf.tensor2d([[0, 0]]), tf.tensor1d([0], 'int32'), { q: 1 }); // 0.5
 * @see Zhang and Sabuncu, "Generalized cross entropy loss for training deep neural networks with noisy labels", NeurIPS 2018, equation 6
 */
export function generalizedCrossEntropy(logits: tf.Tensor, labels: tf.Tensor, options: GeneralizedCrossEntropyOptions = {}): tf.Scalar {
  const { q = 0.7 } = options;
  check(q > 0 && q <= 1, 'generalizedCrossEntropy', () => `expected q in (0, 1], got ${q}. Use sparseCategoricalCrossEntropy for 0.`);
  const logProbability = labelLogProbability('generalizedCrossEntropy', logits, labels);
  return finishLoss(tf.sub(0, tf.div(tf.expm1(tf.mul(logProbability, q)), q)), options);
}
