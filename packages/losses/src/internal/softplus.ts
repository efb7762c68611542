import * as tf from '@tensorflow/tfjs-core';

const smooth = /* @__PURE__ */ tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  (save as tf.GradSaveFunc)([input]);
  return {
    value: tf.add(tf.relu(input), tf.log1p(tf.exp(tf.neg(tf.abs(input))))),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.sigmoid(saved[0] as tf.Tensor)),
  };
});

/**
 * `ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)`, exact at both ends; its gradient is the sigmoid, also at 0, where the two parts have kinks.
 * `tf.softplus` cuts the last digits off above 13.
 */
export function softplus(x: tf.Tensor): tf.Tensor {
  return smooth(x);
}
