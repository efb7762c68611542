import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { finishLoss } from './internal/finish-loss.ts';
import { labelLogProbability } from './internal/label-log-probability.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link polyLoss}. */
export interface PolyLossOptions extends LossOptions {
  /** What is added to the first coefficient of cross-entropy's series, -1 or more. Default: 1. */
  readonly epsilon?: number;
}

/**
 * Poly-1: softmax cross-entropy plus a multiple of the missing probability: `-ln p + epsilon (1 - p)` with `p = softmax(logits)[label]`.
 *
 * @param logits float32 `[...,classes]`, before any softmax
 * @param labels int32 `[...]`, in `[0, classes)`; a label that is no class gives NaN
 * @param options `epsilon`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `labels` for `reduction: 'none'`
 * @throws KumikoError when shapes or the labels' type do not fit, or `epsilon` is below -1
 * @example
 * polyLoss(tf.tensor2d([[0, 0]]), tf.tensor1d([0], 'int32')); // 1.1931472: ln 2 + 1/2
 * @see Leng et al., "PolyLoss: a polynomial expansion perspective of classification loss functions", ICLR 2022, equation 5
 */
export function polyLoss(logits: tf.Tensor, labels: tf.Tensor, options: PolyLossOptions = {}): tf.Scalar {
  const { epsilon = 1 } = options;
  check(epsilon >= -1 && epsilon < Infinity, 'polyLoss', () => `expected epsilon >= -1, got ${epsilon}. Pass for example 1.`);
  const logProbability = labelLogProbability('polyLoss', logits, labels);
  // 1 - p = -(e^ln p - 1), to the last digit where p is near 1.
  return finishLoss(tf.sub(0, tf.add(logProbability, tf.mul(tf.expm1(logProbability), epsilon))), options);
}
