import * as tf from '@tensorflow/tfjs-core';

/** The largest value of the last axis as a constant: what is computed relative to it has the same gradient without it. */
const largest = /* @__PURE__ */ tf.customGrad((x) => ({
  value: tf.max(x as tf.Tensor, -1, true),
  gradFunc: () => tf.zerosLike(x as tf.Tensor),
}));

/** `x - ln sum e^x` over the last axis, differentiable any number of times; `tf.logSoftmax` loses its second gradient. */
export function logSoftmax(x: tf.Tensor): tf.Tensor {
  const shifted = tf.sub(x, largest(x));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)));
}
