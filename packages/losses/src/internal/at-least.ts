import * as tf from '@tensorflow/tfjs-core';

/** `max(x, minimum)` whose gradient passes below the minimum too, so that what fell under it can come back. */
export function atLeast(x: tf.Tensor, minimum: number): tf.Tensor {
  return tf.customGrad((input) => ({ value: tf.maximum(input as tf.Tensor, minimum), gradFunc: (dy: tf.Tensor) => tf.clone(dy) }))(x);
}
