import * as tf from '@tensorflow/tfjs-core';

/** The mean of each group of channels of `[batch,1,channels]`, at each of its channels. */
function overGroups(means: tf.Tensor, groups: number): tf.Tensor {
  const [batch, , channels] = means.shape as [number, number, number];
  const size = channels / groups;
  if (size === 1) return means;
  const grouped = tf.mean(tf.reshape(means, [batch, groups, size]), 2, true);
  return tf.reshape(tf.tile(grouped, [1, 1, size]), [batch, 1, channels]);
}

/**
 * `(x - mean) / sqrt(variance + epsilon)` over all positions and each group of channels of every example, with the biased variance.
 *
 * @param x `[batch,...,channels]`
 */
export function standardize(x: tf.Tensor, groups: number, epsilon: number): tf.Tensor {
  // Statistics of single channels first: sums down rows and vectors that repeat along them are the fast ones.
  const rows = tf.reshape(x, [x.shape[0] as number, -1, x.shape.at(-1) as number]);
  const centered = tf.sub(rows, overGroups(tf.mean(rows, 1, true), groups));
  const variance = overGroups(tf.mean(tf.square(centered), 1, true), groups);
  return tf.reshape(tf.mul(centered, tf.rsqrt(tf.add(variance, epsilon))), x.shape);
}
