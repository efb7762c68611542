import * as tf from '@tensorflow/tfjs-core';

/** Whether each class is the label, bool `[...,classes]`. `tf.oneHot` refuses a single class, and on stock wasm writes truth values of four bytes each over what lies behind them. */
export function isLabel(labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.equal(tf.expandDims(labels, -1), tf.range(0, classes, 1, 'int32'));
}
