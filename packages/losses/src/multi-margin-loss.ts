import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { checkClassWeights } from './internal/check-class-weights.ts';
import { checkLabels } from './internal/check-labels.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { nanUnlessClass } from './internal/nan-unless-class.ts';
import { ofLabel } from './internal/of-label.ts';
import type { LossOptions } from './loss-options.ts';
import { isLabel } from './internal/is-label.ts';

/** Options of {@link multiMarginLoss}. */
export interface MultiMarginLossOptions extends LossOptions {
  /** By how much the label's score should lead each other one. Default: 1. */
  readonly margin?: number;
  /** Power of each hinge. Default: 1. */
  readonly power?: 1 | 2;
  /** Weight of a loss by the class of its label: float32 `[classes]`. Default: 1 each. */
  readonly classWeights?: tf.Tensor1D;
}

/**
 * Weston and Watkins' hinge: `(1 / classes) * sum over c != label of (w[label] max(0, margin - s[label] + s[c])^power)`.
 * PyTorch: `multi_margin_loss`.
 *
 * @param scores float32 `[...,classes]`
 * @param labels int32 `[...]`, in `[0, classes)`; a label that is no class gives NaN
 * @param options `margin`, `power`, `classWeights`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `labels` for `reduction: 'none'`
 * @throws KumikoError when shapes or the labels' type do not fit, or an option is out of range
 * @example
 * multiMarginLoss(tf.tensor2d([[1, 0.5, 2]]), tf.tensor1d([0], 'int32')); // 0.8333333: (0.5 + 2) / 3
 * @see torch.nn.functional.multi_margin_loss; Weston and Watkins, "Support vector machines for multi-class pattern recognition", ESANN 1999
 */
export function multiMarginLoss(scores: tf.Tensor, labels: tf.Tensor, options: MultiMarginLossOptions = {}): tf.Scalar {
  const { margin = 1, power = 1, classWeights } = options;
  const symbol = 'multiMarginLoss';
  const classes = checkLabels(symbol, scores, labels, 'scores');
  check(power === 1 || power === 2, symbol, () => `expected power 1 or 2, got ${String(power)}. Choose one of them.`);
  check(Number.isFinite(margin), symbol, () => `expected margin to be a number, got ${margin}. Pass for example 1.`);
  checkClassWeights(symbol, 'classWeights', classWeights, classes);
  const hot = isLabel(labels, classes);
  const lead = tf.sub(margin, tf.sub(tf.expandDims(ofLabel(scores, labels), -1), scores));
  const hinge = tf.where(hot, tf.zerosLike(lead), tf.relu(lead));
  const sums = tf.div(tf.sum(power === 2 ? tf.square(hinge) : hinge, -1), classes);
  const losses = nanUnlessClass(sums, labels, classes);
  return finishLoss(classWeights ? tf.mul(losses, ofLabel(tf.broadcastTo(classWeights, scores.shape), labels)) : losses, options);
}
