import * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';

/** The kernel that a backend may have for the gradient of softmax over the last axis, of inputs `dy` and `y`. */
export const SOFTMAX_GRADIENT = 'KumikoSoftmaxGradient';

/** The gradient of softmax from its output: `y (dy - sum of dy y)`. One kernel on backends that have it. */
export function softmaxGradient(dy: tf.Tensor, y: tf.Tensor, axis: number): tf.Tensor {
  const isLast = axis === -1 || axis === y.rank - 1;
  if (isLast && tf.getKernel(SOFTMAX_GRADIENT, tf.getBackend())) return runKernel(SOFTMAX_GRADIENT, { dy, y });
  const weighted = tf.mul(dy, y);
  return tf.sub(weighted, tf.mul(y, tf.sum(weighted, axis, true)));
}
