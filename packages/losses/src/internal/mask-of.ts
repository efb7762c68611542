import * as tf from '@tensorflow/tfjs-core';

/** Where values fulfil a condition, as a constant: TensorFlow.js by itself knows no gradient of most comparisons, and throws where it meets one. */
export function maskOf(values: tf.Tensor, condition: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  return tf.customGrad((x) => ({ value: condition(x as tf.Tensor), gradFunc: () => tf.zeros(values.shape) }))(values);
}
