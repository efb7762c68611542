import * as tf from '@tensorflow/tfjs-core';

/** `1 - beta^step` as `-expm1(step ln beta)`: the power would lose digits in float32. */
export function biasCorrection(beta: number, step: tf.Scalar): tf.Scalar {
  return beta === 0 ? tf.scalar(1) : tf.neg(tf.expm1(tf.mul(tf.cast(step, 'float32'), Math.log(beta))));
}
