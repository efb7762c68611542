import * as tf from '@tensorflow/tfjs-core';
import { maskOf } from './mask-of.ts';

const isNone = (x: tf.Tensor): tf.Tensor => tf.equal(x, 0);

/** The Euclidean length of the last axis; at 0 its gradient is 0, where that of a square root would be NaN. */
export function rowLength(x: tf.Tensor): tf.Tensor {
  const squares = tf.sum(tf.square(x), -1);
  const none = maskOf(squares, isNone);
  return tf.where(none, tf.zerosLike(squares), tf.sqrt(tf.where(none, tf.onesLike(squares), squares)));
}

/** Vectors scaled to length 1 along the last axis; a vector of zeros stays as it is. */
export function normalised(x: tf.Tensor): tf.Tensor {
  const length = tf.expandDims(rowLength(x), -1);
  return tf.div(x, tf.where(maskOf(length, isNone), tf.onesLike(length), length));
}
