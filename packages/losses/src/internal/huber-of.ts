import * as tf from '@tensorflow/tfjs-core';
import { absolute } from './absolute.ts';
import { maskOf } from './mask-of.ts';

/** `d^2 / 2` where `|d| <= delta`, and `delta (|d| - delta / 2)` beyond. */
export function huberOf(difference: tf.Tensor, delta: number): tf.Tensor {
  const size = absolute(difference);
  return tf.where(
    maskOf(size, (x) => tf.lessEqual(x, delta)),
    tf.mul(tf.square(difference), 0.5),
    tf.mul(tf.sub(size, delta / 2), delta),
  );
}
