import * as tf from '@tensorflow/tfjs-core';

/** The Euclidean length of the last axis; at 0 its gradient is 0, where that of a square root would be NaN. */
export function rowLength(x: tf.Tensor): tf.Tensor {
  const squares = tf.sum(tf.square(x), -1);
  const none = tf.equal(squares, 0);
  return tf.where(none, tf.zerosLike(squares), tf.sqrt(tf.where(none, tf.onesLike(squares), squares)));
}

/** Vectors scaled to length 1 along the last axis; a vector of zeros stays as it is. */
export function normalised(x: tf.Tensor): tf.Tensor {
  const length = tf.expandDims(rowLength(x), -1);
  return tf.div(x, tf.where(tf.equal(length, 0), tf.onesLike(length), length));
}
