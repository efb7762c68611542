import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { softmaxCrossEntropy } from '@kumiko/ops';
import { checkClassWeights } from './internal/check-class-weights.ts';
import { checkLabels } from './internal/check-labels.ts';
import { checkShare } from './internal/check-number.ts';
import type { LossOptions } from './loss-options.ts';
import { nanUnlessClass } from './internal/nan-unless-class.ts';
import { reduceLoss } from './reduce-loss.ts';
import { isLabel } from './internal/is-label.ts';
import { smoothed } from './internal/smoothed.ts';

/** Options of {@link sparseCategoricalCrossEntropy}. */
export interface SparseCategoricalCrossEntropyOptions extends LossOptions {
  /** Share of the target spread evenly over all classes, in [0, 1). Default: 0. */
  readonly labelSmoothing?: number;
  /** Weight of each class: float32 `[classes]`. Default: 1 each. */
  readonly classWeights?: tf.Tensor1D;
  /** Samples with this label count for nothing: padding. Any whole number. Default: none are left out. */
  readonly ignoreIndex?: number;
}

/**
 * Softmax cross-entropy of logits with one whole-numbered label a sample. PyTorch: `cross_entropy`.
 *
 * `loss = -sum over c of q[c] * v[c] * log softmax(logits)[c]` with `q = (1 - labelSmoothing) * onehot(label) + labelSmoothing / classes`
 * and `v = classWeights`; the mean divides by the sum of `sampleWeights * classWeights[label]` over the samples that are not ignored.
 *
 * Computed by `softmaxCrossEntropy` of `@kumiko/ops`: fused, exact for logits of 1e4, and for logits of -Infinity in classes that are not
 * the label's (without smoothing). A label that is no class gives NaN, because a silent zero would hide it.
 *
 * @param logits float32 `[...,classes]`, before any softmax
 * @param labels int32 `[...]`, the logits' shape without its last axis, in `[0, classes)`
 * @param options smoothing, weights, `ignoreIndex`, reduction
 * @returns a scalar, or the shape of `labels` for `reduction: 'none'`
 * @throws KumikoError when shapes or the labels' type do not fit, or an option is out of range
 * @example
 * const logits = tf.tensor2d([[0, 0], [0, Math.log(3)]]);
 * sparseCategoricalCrossEntropy(logits, tf.tensor1d([0, 1], 'int32'), { reduction: 'none' }); // [0.6931472, 0.2876821]: ln 2, ln 4/3
 * @see torch.nn.functional.cross_entropy; Szegedy et al., "Rethinking the Inception architecture", CVPR 2016 (label smoothing)
 */
export function sparseCategoricalCrossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options: SparseCategoricalCrossEntropyOptions = {},
): tf.Scalar {
  const { labelSmoothing = 0, sampleWeights, classWeights, ignoreIndex, reduction } = options;
  const classes = checkArguments(logits, labels, options);

  const hot = classWeights && tf.cast(isLabel(labels, classes), 'float32');
  const losses =
    classWeights && hot
      ? nanUnlessClass(softmaxCrossEntropy(logits, tf.mul(smoothed(hot, labelSmoothing), classWeights)), labels, classes)
      : softmaxCrossEntropy(logits, labels, { labelSmoothing });

  const weights = [
    ...(sampleWeights ? [sampleWeights] : []),
    ...(ignoreIndex === undefined ? [] : [tf.cast(tf.notEqual(labels, tf.scalar(ignoreIndex, 'int32')), 'float32')]),
  ];
  // The loss already holds the class weights; the mean's divisor has to know them.
  if (classWeights && hot && (reduction ?? 'mean') === 'mean') {
    const ofLabel = tf.sum(tf.mul(hot, classWeights), -1);
    const total = reduceLoss(losses, { ...joined(weights), reduction: 'sum' });
    const divisor = reduceLoss(ofLabel, { ...joined(weights), reduction: 'sum' });
    return tf.div(total, tf.where(tf.equal(divisor, 0), tf.onesLike(divisor), divisor)) as tf.Scalar;
  }
  return reduceLoss(losses, { ...joined(weights), ...(reduction && { reduction }) }) as tf.Scalar;
}

/** The product of weights, as an option. */
function joined([first, ...rest]: readonly tf.Tensor[]): { weights?: tf.Tensor } {
  return first === undefined ? {} : { weights: rest.reduce((product, weight) => tf.mul(product, weight), first) };
}

/** The number of classes. */
function checkArguments(
  logits: tf.Tensor,
  labels: tf.Tensor,
  { labelSmoothing = 0, classWeights, ignoreIndex }: SparseCategoricalCrossEntropyOptions,
): number {
  const symbol = 'sparseCategoricalCrossEntropy';
  const classes = checkLabels(symbol, logits, labels);
  checkShare(symbol, 'labelSmoothing', labelSmoothing);
  checkClassWeights(symbol, 'classWeights', classWeights, classes);
  check(
    ignoreIndex === undefined || Number.isInteger(ignoreIndex),
    symbol,
    () => `expected ignoreIndex to be a whole number, got ${ignoreIndex}. Pass for example -100.`,
  );
  return classes;
}
