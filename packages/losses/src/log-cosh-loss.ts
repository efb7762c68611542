import * as tf from '@tensorflow/tfjs-core';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/** Below this size `cosh d - 1 = (e^d - 1)^2 / (2 e^d)` keeps the digits of small differences, above it nothing overflows. */
const NEAR = 1;

const logCosh = /* @__PURE__ */ tf.customGrad((x, save) => {
  const difference = x as tf.Tensor;
  (save as tf.GradSaveFunc)([difference]);
  const size = tf.abs(difference);
  const bounded = tf.minimum(size, NEAR);
  const near = tf.log1p(tf.div(tf.square(tf.expm1(bounded)), tf.mul(tf.exp(bounded), 2)));
  const far = tf.add(tf.sub(size, Math.LN2), tf.log1p(tf.exp(tf.mul(size, -2))));
  return {
    value: tf.where(tf.less(size, NEAR), near, far),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.tanh(saved[0] as tf.Tensor)),
  };
});

/**
 * `ln cosh(prediction - target)`: half the square near 0, the absolute difference less ln 2 far away.
 * Exact for small differences and without overflow for large ones; the gradient is `tanh(prediction - target)`.
 *
 * @param predictions float32, any shape
 * @param targets float32, the same shape
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or the shape of `predictions` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, or an option is wrong
 * @example
 * logCoshLoss(tf.tensor1d([1, 4]), tf.tensor1d([0, 4]), { reduction: 'none' }); // [0.4337808, 0]
 * @see keras.losses.LogCosh
 */
export function logCoshLoss(predictions: tf.Tensor, targets: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  checkSameShape('logCoshLoss', "predictions'", predictions, 'targets', targets);
  return finishLoss(logCosh(tf.sub(predictions, targets)), options);
}
