import * as tf from '@tensorflow/tfjs-core';

/** `(x - mean) / sqrt(variance + epsilon)` with the mean and the biased variance over some axes. */
export function standardize(x: tf.Tensor, axes: readonly number[], epsilon: number): tf.Tensor {
  const centered = tf.sub(x, tf.mean(x, [...axes], true));
  const variance = tf.mean(tf.square(centered), [...axes], true);
  return tf.mul(centered, tf.rsqrt(tf.add(variance, epsilon)));
}
