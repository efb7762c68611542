import * as tf from '@tensorflow/tfjs-core';

/** The losses, but NaN where the label is no class: a silent number would hide it. */
export function nanUnlessClass(losses: tf.Tensor, labels: tf.Tensor, classes: number): tf.Tensor {
  const isClass = tf.logicalAnd(tf.greaterEqual(labels, 0), tf.less(labels, classes));
  return tf.where(isClass, losses, tf.fill(losses.shape, NaN));
}
