import * as tf from '@tensorflow/tfjs-core';
import { checkSameShape } from './check-same-shape.ts';

/** `max(0, 1 - y s)` of scores s, where a target of 1 means y = 1 and 0 means y = -1. */
export function hinges(symbol: string, scores: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  checkSameShape(symbol, "scores'", scores, 'targets', targets);
  const sign = tf.sub(tf.mul(tf.cast(targets, 'float32'), 2), 1);
  return tf.relu(tf.sub(1, tf.mul(sign, scores)));
}
