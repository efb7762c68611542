import * as tf from '@tensorflow/tfjs-core';

/** The sum of `weights * values` over the last axis, in which a weight of 0 leaves out a value of -Infinity instead of giving NaN. */
export function sumWhereNotZero(weights: tf.Tensor, values: tf.Tensor): tf.Tensor {
  const none = tf.logicalAnd(tf.equal(weights, 0), tf.equal(values, -Infinity));
  return tf.sum(tf.mul(weights, tf.where(none, tf.zerosLike(values), values)), -1);
}
