import * as tf from '@tensorflow/tfjs-core';

/** The value of a tensor as a constant: no gradient flows into it. */
export function stopGradient(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((input) => ({ value: tf.clone(input as tf.Tensor), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) }))(x);
}
