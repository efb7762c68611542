import * as tf from '@tensorflow/tfjs-core';

/** `beta mean + (1 - beta) value`. */
export function runningMean(beta: number, mean: tf.Tensor, value: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(mean, beta), tf.mul(value, 1 - beta));
}
