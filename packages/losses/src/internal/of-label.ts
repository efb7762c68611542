import * as tf from '@tensorflow/tfjs-core';

/** The value of each row's label: `values[..., label]`, 0 for a label that is no class. Without a gather, whose gradient few backends have. */
export function ofLabel(values: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const hot = tf.oneHot(labels, values.shape.at(-1) as number, 1, 0, 'bool');
  return tf.sum(tf.where(hot, values, tf.zerosLike(values)), -1);
}
