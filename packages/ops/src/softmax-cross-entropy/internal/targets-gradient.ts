import * as tf from '@tensorflow/tfjs-core';
import type { CrossEntropyAttributes } from './cross-entropy-attributes.ts';

/** The gradient of softmaxCrossEntropy with respect to distributions: `-dy (1 - labelSmoothing) log softmax(logits)`. */
export function targetsGradient(logits: tf.Tensor, dy: tf.Tensor, { labelSmoothing }: CrossEntropyAttributes): tf.Tensor {
  return tf.mul(tf.expandDims(tf.mul(dy, labelSmoothing - 1), -1), tf.logSoftmax(logits));
}
