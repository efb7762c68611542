import * as tf from '@tensorflow/tfjs-core';

/** The share of each class in the target: labels become one-hot rows, and smoothing spreads a part over all classes. A label that is no class has none. */
export function targetShares(logits: tf.Tensor, targets: tf.Tensor, labelSmoothing: number): tf.Tensor {
  const classes = logits.shape.at(-1) as number;
  const isLabel = targets.dtype === 'int32';
  const hard = isLabel ? tf.cast(tf.equal(tf.expandDims(targets, -1), tf.range(0, classes, 1, 'int32')), 'float32') : targets;
  if (labelSmoothing === 0) return hard;
  const spread = tf.add(tf.mul(hard, 1 - labelSmoothing), labelSmoothing / classes);
  return isLabel ? tf.mul(spread, tf.sum(hard, -1, true)) : spread;
}
