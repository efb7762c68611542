import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { broadcastsTo } from './internal/broadcasts-to.ts';
import { checkShare } from './internal/check-number.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { softplus } from './internal/softplus.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** Weight of the positive part of each loss: a number, or float32 that has the logits' last axes or 1 in their place. Default: 1. */
  readonly positiveWeight?: number | tf.Tensor;
  /** Moves targets towards 1/2: `t (1 - labelSmoothing) + labelSmoothing / 2`, in [0, 1). Default: 0. */
  readonly labelSmoothing?: number;
}

/**
 * Sigmoid cross-entropy of logits with targets from 0 to 1: `-(w t ln sigmoid(x) + (1 - t) ln(1 - sigmoid(x)))`.
 * PyTorch: `binary_cross_entropy_with_logits` and its `pos_weight`. Exact for logits of 1e4.
 *
 * @param logits float32, any shape, before any sigmoid
 * @param targets float32, int32 or bool, the same shape, from 0 to 1
 * @param options `positiveWeight`, `labelSmoothing`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `logits` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is out of range
 * @example
 * binaryCrossEntropy(tf.tensor1d([0, 1e4]), tf.tensor1d([1, 0]), { reduction: 'none' }); // [0.6931472, 10000]
 * @see torch.nn.functional.binary_cross_entropy_with_logits
 */
export function binaryCrossEntropy(logits: tf.Tensor, targets: tf.Tensor, options: BinaryCrossEntropyOptions = {}): tf.Scalar {
  const { positiveWeight = 1, labelSmoothing = 0 } = options;
  const symbol = 'binaryCrossEntropy';
  checkSameShape(symbol, "logits'", logits, 'targets', targets);
  checkShare(symbol, 'labelSmoothing', labelSmoothing);
  check(typeof positiveWeight === 'number' ? positiveWeight >= 0 : broadcastsTo(positiveWeight.shape, logits.shape), symbol, () =>
    typeof positiveWeight === 'number'
      ? `expected positiveWeight >= 0, got ${positiveWeight}. Pass 0 or a positive number.`
      : `expected positiveWeight whose shape broadcasts to ${formatShape(logits.shape)}, got ${formatShape(positiveWeight.shape)}. Pass one weight a class.`,
  );
  const hard = tf.cast(targets, 'float32');
  const t = labelSmoothing > 0 ? tf.add(tf.mul(hard, 1 - labelSmoothing), labelSmoothing / 2) : hard;
  // -ln sigmoid(x) = softplus(-x), and -ln(1 - sigmoid(x)) = softplus(x).
  const positive = tf.mul(tf.mul(t, positiveWeight), softplus(tf.neg(logits)));
  return finishLoss(tf.add(positive, tf.mul(tf.sub(1, t), softplus(logits))), options);
}
