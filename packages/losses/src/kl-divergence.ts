import * as tf from '@tensorflow/tfjs-core';
import { softmaxCrossEntropy } from '@kumiko/ops';
import { checkClasses } from './internal/check-classes.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';
import { maskOf } from './internal/mask-of.ts';

/**
 * Kullback and Leibler's divergence from the softmax of logits to target distributions:
 * `sum over c of target[c] * (ln target[c] - log softmax(logits)[c])`, where 0 ln 0 is 0.
 * PyTorch: the sum over the last axis of `kl_div(log_softmax(logits), target)`; the mean here is its `batchmean`.
 *
 * @param logits float32 `[...,classes]`, before any softmax
 * @param targets float32 `[...,classes]`: probabilities that sum to 1
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is wrong
 * @example
 * klDivergence(tf.tensor2d([[0, 0]]), tf.tensor2d([[0.5, 0.5]])); // 0
 * klDivergence(tf.tensor2d([[0, 0]]), tf.tensor2d([[1, 0]])); // 0.6931472: ln 2
 * @see torch.nn.functional.kl_div; Kullback and Leibler, "On information and sufficiency", 1951
 */
export function klDivergence(logits: tf.Tensor, targets: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  checkClasses('klDivergence', logits);
  checkSameShape('klDivergence', "logits'", logits, 'targets', targets);
  const target = tf.cast(targets, 'float32');
  const none = maskOf(target, (x) => tf.equal(x, 0));
  const entropy = tf.sum(tf.mul(target, tf.log(tf.where(none, tf.onesLike(target), target))), -1);
  return finishLoss(tf.add(entropy, softmaxCrossEntropy(logits, target)), options);
}
