import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { checkClassWeights } from './internal/check-class-weights.ts';
import { checkLabels } from './internal/check-labels.ts';
import { checkShare } from './internal/check-number.ts';
import type { LossOptions } from './loss-options.ts';
import { nanUnlessClass } from './internal/nan-unless-class.ts';
import { reduceLoss } from './reduce-loss.ts';

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
 * Computed as `logit - max - log sum exp(logit - max)`: exact for logits of 1e4, and for logits of -Infinity in classes that are not
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

  const logProbabilities = tf.logSoftmax(logits);
  const weighted = classWeights ? tf.mul(logProbabilities, classWeights) : logProbabilities;
  // A selection, not a product with the one-hot row: 0 times the -Infinity of an excluded class would be NaN.
  const hot = tf.oneHot(labels, classes, 1, 0, 'bool');
  const likelihood = tf.sum(tf.where(hot, weighted, tf.zerosLike(weighted)), -1);
  const smooth = labelSmoothing > 0 ? tf.mul(tf.mean(weighted, -1), labelSmoothing) : undefined;
  // Subtracted from 0, not negated: a loss of nothing is 0, not -0.
  const loss = tf.sub(0, smooth ? tf.add(tf.mul(likelihood, 1 - labelSmoothing), smooth) : likelihood);

  const checked = nanUnlessClass(loss, labels, classes);

  const weights = [
    ...(sampleWeights ? [sampleWeights] : []),
    ...(ignoreIndex === undefined ? [] : [tf.cast(tf.notEqual(labels, tf.scalar(ignoreIndex, 'int32')), 'float32')]),
  ];
  // The loss already holds the class weights; the mean's divisor has to know them.
  if (classWeights && (reduction ?? 'mean') === 'mean') {
    const ofLabel = tf.sum(tf.mul(tf.cast(hot, 'float32'), classWeights), -1);
    const total = reduceLoss(checked, { ...joined(weights), reduction: 'sum' });
    const divisor = reduceLoss(ofLabel, { ...joined(weights), reduction: 'sum' });
    return tf.div(total, tf.where(tf.equal(divisor, 0), tf.onesLike(divisor), divisor)) as tf.Scalar;
  }
  return reduceLoss(checked, { ...joined(weights), ...(reduction && { reduction }) }) as tf.Scalar;
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
