import * as tf from '@tensorflow/tfjs-core';
import { logSoftmax } from '@kumiko/ops';
import { checkClasses } from './internal/check-classes.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { softplus } from './internal/softplus.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * Jensen and Shannon's divergence between the softmaxes p and q of two logits: `(KL(p || m) + KL(q || m)) / 2` with `m = (p + q) / 2`.
 * Symmetric, from 0 to ln 2. Both sides have gradients.
 *
 * @param logits float32 `[...,classes]`, finite, before any softmax
 * @param otherLogits float32, the same shape
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is wrong
 * @example
 * jsDivergence(tf.tensor2d([[1e4, 0]]), tf.tensor2d([[0, 1e4]])); // 0.6931472: ln 2
 * @see Lin, "Divergence measures based on the Shannon entropy", IEEE Transactions on Information Theory 1991
 */
export function jsDivergence(logits: tf.Tensor, otherLogits: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  checkClasses('jsDivergence', logits);
  checkSameShape('jsDivergence', "logits'", logits, 'otherLogits', otherLogits);
  const [p, q] = [logSoftmax(logits), logSoftmax(otherLogits)];
  return finishLoss(tf.mul(tf.add(half(p, q), half(q, p)), 0.5), options);
}

/** `KL(p || (p + q) / 2)` of log-probabilities: `ln p - ln((p + q) / 2) = ln 2 - softplus(ln q - ln p)`. */
function half(p: tf.Tensor, q: tf.Tensor): tf.Tensor {
  return tf.sum(tf.mul(tf.exp(p), tf.sub(Math.LN2, softplus(tf.sub(q, p)))), -1);
}
