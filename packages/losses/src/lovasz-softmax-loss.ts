import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { checkLabels } from './internal/check-labels.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { lovaszExtension } from './internal/lovasz-extension.ts';
import type { LossOptions } from './loss-options.ts';
import { isLabel } from './internal/is-label.ts';

/** Options of {@link lovaszSoftmaxLoss}. */
export interface LovaszSoftmaxLossOptions extends LossOptions {
  /** The classes that count: those that occur among the labels, or all. Default: `'present'`. */
  readonly classes?: 'present' | 'all';
}

/**
 * Lovasz-softmax: a surrogate of the mean Jaccard loss over classes, over all pixels of the batch. For each class the errors `|onehot - p|`
 * in falling order are weighed by the growth of the Jaccard loss. Errors that tie share the value, while the gradient depends on their order.
 *
 * @param logits float32 `[...,classes]`, before any softmax, at least one pixel
 * @param labels int32 `[...]`, in `[0, classes)`
 * @param options `classes`, `reduction`, and `sampleWeights`, which here weigh classes
 * @returns a scalar, or `[classes]` for `reduction: 'none'`, 0 for a class that does not count
 * @throws KumikoError when shapes or the labels' type do not fit, or an option is wrong
 * @example
 * lovaszSoftmaxLoss(tf.tensor2d([[0, 0]]), tf.tensor1d([0], 'int32')); // 0.5
 * @see Berman et al., "The Lovasz-softmax loss: a tractable surrogate for the optimization of the intersection-over-union measure", CVPR 2018
 */
export function lovaszSoftmaxLoss(logits: tf.Tensor, labels: tf.Tensor, options: LovaszSoftmaxLossOptions = {}): tf.Scalar {
  const { classes: counted = 'present', sampleWeights, reduction } = options;
  const classes = checkLabels('lovaszSoftmaxLoss', logits, labels);
  check(logits.size > 0, 'lovaszSoftmaxLoss', () => 'expected at least one pixel, got none. Leave out empty batches.');
  check(
    counted === 'present' || counted === 'all',
    'lovaszSoftmaxLoss',
    () => `expected classes 'present' or 'all', got '${String(counted)}'. Choose one of them.`,
  );
  const probabilities = tf.transpose(tf.reshape(tf.softmax(logits), [-1, classes]));
  const truth = tf.transpose(tf.cast(isLabel(tf.reshape(labels, [-1]), classes), 'float32'));
  // |t - p| is p where t = 0 and 1 - p where t = 1: without a kink.
  const errors = tf.add(truth, tf.mul(probabilities, tf.sub(1, tf.mul(truth, 2))));
  const losses = lovaszExtension(errors, truth);
  const present = counted === 'present' ? tf.max(truth, 1) : tf.ones(losses.shape);
  return finishLoss(losses, { sampleWeights: sampleWeights ? tf.mul(present, sampleWeights) : present, ...(reduction && { reduction }) });
}
