import * as tf from '@tensorflow/tfjs-core';
import { isLabel } from './is-label.ts';

/** The value of each row's label: `values[..., label]`, 0 for a label that is no class. Without a gather, whose gradient few backends have. */
export function ofLabel(values: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  return tf.sum(tf.where(isLabel(labels, values.shape.at(-1) as number), values, tf.zerosLike(values)), -1);
}
