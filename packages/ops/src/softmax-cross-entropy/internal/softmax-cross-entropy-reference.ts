import * as tf from '@tensorflow/tfjs-core';
import type { CrossEntropyAttributes } from './cross-entropy-attributes.ts';
import { softmaxCrossEntropyGradientReference } from './softmax-cross-entropy-gradient.ts';
import { targetShares } from './target-shares.ts';
import { targetsGradient } from './targets-gradient.ts';

function losses(logits: tf.Tensor, targets: tf.Tensor, labelSmoothing: number): tf.Tensor {
  const shares = targetShares(logits, targets, labelSmoothing);
  const logProbabilities = tf.logSoftmax(logits);
  // A share of 0 leaves out a class even at -Infinity, where the product would be NaN.
  const counted = tf.where(tf.equal(shares, 0), tf.zerosLike(logProbabilities), logProbabilities);
  // Subtracted from 0, not negated: a loss of nothing is 0, not -0.
  const all = tf.sub(0, tf.sum(tf.mul(shares, counted), -1));
  if (targets.dtype !== 'int32') return all;
  const isClass = tf.logicalAnd(tf.greaterEqual(targets, 0), tf.less(targets, logits.shape.at(-1) as number));
  return tf.where(isClass, all, tf.fill(all.shape, NaN));
}

/** Softmax cross-entropy by plain tfjs ops: the truth for every body of softmaxCrossEntropy. */
export function softmaxCrossEntropyReference(
  { logits, targets }: Record<'logits' | 'targets', tf.Tensor>,
  attributes: CrossEntropyAttributes,
): tf.Tensor {
  // A gradient of its own: that of the comparisons above is unknown to TensorFlow.js.
  const isLabels = targets.dtype === 'int32';
  return tf.customGrad((...inputsAndSave) => {
    (inputsAndSave.at(-1) as tf.GradSaveFunc)([logits, targets]);
    return {
      value: tf.tidy(() => losses(logits, targets, attributes.labelSmoothing)),
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]) {
        const [x, q] = saved as [tf.Tensor, tf.Tensor];
        const gradient = softmaxCrossEntropyGradientReference({ logits: x, targets: q, dy }, attributes);
        return isLabels ? gradient : [gradient, targetsGradient(x, dy, attributes)];
      },
    };
  })(...(isLabels ? [logits] : [logits, targets]));
}
