import * as tf from '@tensorflow/tfjs-core';

/** The statistics of rows in plain ops: `n = (x - mean) r` with `r = 1 / sqrt(mean of (x - mean)^2 + epsilon)`; the mean is 0 unless `isCentered`. */
export function normalisedRows(isCentered: boolean, x: tf.Tensor, epsilon: number): { normalised: tf.Tensor; inverse: tf.Tensor } {
  const centered = isCentered ? tf.sub(x, tf.mean(x, -1, true)) : x;
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon));
  return { normalised: tf.mul(centered, inverse), inverse };
}
