import * as tf from '@tensorflow/tfjs-core';

/**
 * `1 / (1 - beta^step)`, by which a running mean that began at 0 is multiplied. The denominator is `-expm1(step ln beta)`, which loses no digits in
 * float32, and the division is made once instead of for every element.
 */
export function biasCorrection(beta: number, step: tf.Scalar): tf.Scalar {
  return beta === 0 ? tf.scalar(1) : tf.div(-1, tf.expm1(tf.mul(tf.cast(step, 'float32'), Math.log(beta))));
}
