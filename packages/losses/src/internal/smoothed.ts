import * as tf from '@tensorflow/tfjs-core';

/** Shares of classes of which a part is spread evenly over all: `(1 - labelSmoothing) * shares + labelSmoothing / classes`. */
export function smoothed(shares: tf.Tensor, labelSmoothing: number): tf.Tensor {
  if (labelSmoothing === 0) return shares;
  return tf.add(tf.mul(shares, 1 - labelSmoothing), labelSmoothing / (shares.shape.at(-1) as number));
}
