import * as tf from '@tensorflow/tfjs-core';

/** The sum over every axis but the last. */
export function sumOfRows(x: tf.Tensor): tf.Tensor {
  return tf.sum(tf.reshape(x, [-1, x.shape.at(-1) as number]), 0);
}
