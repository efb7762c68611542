import * as tf from '@tensorflow/tfjs-core';
import type { CrossEntropyAttributes } from './cross-entropy-attributes.ts';
import { logSoftmax } from './log-softmax.ts';
import { targetShares } from './target-shares.ts';

/** Softmax cross-entropy by plain tfjs ops: the truth for every body of softmaxCrossEntropy. */
export function softmaxCrossEntropyReference(
  { logits, targets }: Record<'logits' | 'targets', tf.Tensor>,
  { labelSmoothing }: CrossEntropyAttributes,
): tf.Tensor {
  return tf.tidy(() => {
    const shares = targetShares(logits, targets, labelSmoothing);
    const logProbabilities = logSoftmax(logits);
    // A share of 0 leaves out a class even at -Infinity, where the product would be NaN.
    const left = tf.logicalAnd(tf.equal(shares, 0), tf.equal(logProbabilities, -Infinity));
    const counted = tf.where(left, tf.zerosLike(logProbabilities), logProbabilities);
    // Subtracted from 0, not negated: a loss of nothing is 0, not -0.
    const losses = tf.sub(0, tf.sum(tf.mul(shares, counted), -1));
    if (targets.dtype !== 'int32') return losses;
    const isClass = tf.logicalAnd(tf.greaterEqual(targets, 0), tf.less(targets, logits.shape.at(-1) as number));
    return tf.where(isClass, losses, tf.fill(losses.shape, NaN));
  });
}
