import * as tf from '@tensorflow/tfjs-core';
import { softmaxCrossEntropy } from '@kumiko/ops';
import { checkClassWeights } from './internal/check-class-weights.ts';
import { checkClasses } from './internal/check-classes.ts';
import { checkShare } from './internal/check-number.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';
import { smoothed } from './internal/smoothed.ts';

/** Options of {@link categoricalCrossEntropy}. */
export interface CategoricalCrossEntropyOptions extends LossOptions {
  /** Share of the target spread evenly over all classes, in [0, 1). Default: 0. */
  readonly labelSmoothing?: number;
  /** Weight of each class: float32 `[classes]`. Default: 1 each. */
  readonly classWeights?: tf.Tensor1D;
}

/**
 * Softmax cross-entropy of logits with a distribution over the classes: `-sum over c of q[c] * v[c] * log softmax(logits)[c]` with
 * `q = (1 - labelSmoothing) * target + labelSmoothing / classes` and `v = classWeights`. PyTorch: `cross_entropy` with class probabilities,
 * whose mean, too, does not divide by class weights. For whole-numbered labels use `sparseCategoricalCrossEntropy`.
 *
 * @param logits float32 `[...,classes]`, before any softmax
 * @param targets float32 `[...,classes]`: probabilities, one-hot rows among them
 * @param options smoothing, class weights, `sampleWeights`, `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is out of range
 * @example
 * categoricalCrossEntropy(tf.tensor2d([[0, Math.log(3)]]), tf.tensor2d([[0.5, 0.5]])); // 0.8369882: (ln 4 + ln 4/3) / 2
 * @see torch.nn.functional.cross_entropy
 */
export function categoricalCrossEntropy(logits: tf.Tensor, targets: tf.Tensor, options: CategoricalCrossEntropyOptions = {}): tf.Scalar {
  const { labelSmoothing = 0, classWeights } = options;
  const symbol = 'categoricalCrossEntropy';
  const classes = checkClasses(symbol, logits);
  checkSameShape(symbol, "logits'", logits, 'targets', targets);
  checkShare(symbol, 'labelSmoothing', labelSmoothing);
  checkClassWeights(symbol, 'classWeights', classWeights, classes);
  const shares = tf.cast(targets, 'float32');
  const losses = classWeights
    ? softmaxCrossEntropy(logits, tf.mul(smoothed(shares, labelSmoothing), classWeights))
    : softmaxCrossEntropy(logits, shares, { labelSmoothing });
  return finishLoss(losses, options);
}
