import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { checkNotNegative } from './internal/check-number.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { softplus } from './internal/softplus.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link focalLoss}. */
export interface FocalLossOptions extends LossOptions {
  /** How fast easy samples fade, 0 or more; 0 is plain cross-entropy. Default: 2. */
  readonly gamma?: number;
  /** Weight of positives, in [0, 1]; negatives weigh `1 - alpha`. `null` weighs both 1. Default: 0.25. */
  readonly alpha?: number | null;
}

/**
 * Binary cross-entropy in which well-classified samples fade: `-alpha (1 - p)^gamma ln p` for positives and
 * `-(1 - alpha) p^gamma ln(1 - p)` for negatives, with `p = sigmoid(logit)`. A target between 0 and 1 mixes the two
 * (torchvision's `sigmoid_focal_loss`, equal for targets of 0 and 1, mixes the probabilities).
 * Powers are taken of logarithms: exact for logits of 1e4, with a gradient for any gamma.
 *
 * @param logits float32, any shape, before any sigmoid
 * @param targets float32, int32 or bool, the same shape, from 0 to 1
 * @param options `gamma`, `alpha`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `logits` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, or an option is out of range
 * @example
 * focalLoss(tf.tensor1d([0]), tf.tensor1d([1])); // 0.0433217: 0.25 * 0.5^2 * ln 2
 * @see Lin et al., "Focal loss for dense object detection", ICCV 2017, equation 5
 */
export function focalLoss(logits: tf.Tensor, targets: tf.Tensor, options: FocalLossOptions = {}): tf.Scalar {
  const { gamma = 2, alpha = 0.25 } = options;
  checkSameShape('focalLoss', "logits'", logits, 'targets', targets);
  checkNotNegative('focalLoss', 'gamma', gamma);
  check(
    alpha === null || (alpha >= 0 && alpha <= 1),
    'focalLoss',
    () => `expected alpha in [0, 1] or null, got ${alpha}. Pass for example 0.25.`,
  );
  const t = tf.cast(targets, 'float32');
  const ofPositives = softplus(tf.neg(logits));
  const ofNegatives = softplus(logits);
  // (1 - p)^gamma = e^(-gamma softplus(x)), and p^gamma = e^(-gamma softplus(-x)).
  const positive = tf.mul(tf.exp(tf.mul(ofNegatives, -gamma)), ofPositives);
  const negative = tf.mul(tf.exp(tf.mul(ofPositives, -gamma)), ofNegatives);
  return finishLoss(
    tf.add(tf.mul(tf.mul(t, alpha ?? 1), positive), tf.mul(tf.mul(tf.sub(1, t), alpha === null ? 1 : 1 - alpha), negative)),
    options,
  );
}
