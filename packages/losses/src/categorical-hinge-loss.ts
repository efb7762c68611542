import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { checkNotNegative } from './internal/check-number.ts';
import { checkLabels } from './internal/check-labels.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { nanUnlessClass } from './internal/nan-unless-class.ts';
import { ofLabel } from './internal/of-label.ts';
import type { LossOptions } from './loss-options.ts';
import { isLabel } from './internal/is-label.ts';

/** Options of {@link categoricalHingeLoss}. */
export interface CategoricalHingeLossOptions extends LossOptions {
  /** By how much the label's score should lead, 0 or more. Default: 1. */
  readonly margin?: number;
}

/**
 * Crammer and Singer's hinge: `max(0, margin + max over c != label of s[c] - s[label])`, by how much the best wrong class comes too near.
 *
 * @param scores float32 `[...,classes]`, at least two classes
 * @param labels int32 `[...]`, in `[0, classes)`; a label that is no class gives NaN
 * @param options `margin`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `labels` for `reduction: 'none'`
 * @throws KumikoError when shapes or the labels' type do not fit, or the margin is below 0
 * @example
 * categoricalHingeLoss(tf.tensor2d([[1, 0.5, -3]]), tf.tensor1d([0], 'int32')); // 0.5
 * @see Crammer and Singer, "On the algorithmic implementation of multiclass kernel-based vector machines", JMLR 2001; keras.losses.CategoricalHinge
 */
export function categoricalHingeLoss(scores: tf.Tensor, labels: tf.Tensor, options: CategoricalHingeLossOptions = {}): tf.Scalar {
  const { margin = 1 } = options;
  const classes = checkLabels('categoricalHingeLoss', scores, labels, 'scores');
  check(classes > 1, 'categoricalHingeLoss', () => `expected at least 2 classes, got ${classes}. Use hingeLoss for one score a sample.`);
  checkNotNegative('categoricalHingeLoss', 'margin', margin);
  const hot = isLabel(labels, classes);
  const best = tf.max(tf.where(hot, tf.fill(scores.shape, -Infinity), scores), -1);
  const hinge = tf.relu(tf.add(tf.sub(best, ofLabel(scores, labels)), margin));
  return finishLoss(nanUnlessClass(hinge, labels, classes), options);
}
