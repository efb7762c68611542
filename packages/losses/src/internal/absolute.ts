import * as tf from '@tensorflow/tfjs-core';

/** `|x|` with the subgradient 0 at 0, where `tf.abs` has -1 unless its gradient was replaced. */
export function absolute(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.sign(x));
}
