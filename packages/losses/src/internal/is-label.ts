import * as tf from '@tensorflow/tfjs-core';

/** Whether each class is the label, bool `[...,classes]`; `tf.oneHot` refuses a single class. */
export function isLabel(labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.equal(tf.expandDims(labels, -1), tf.range(0, classes, 1, 'int32'));
}
