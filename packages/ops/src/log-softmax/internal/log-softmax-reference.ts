import * as tf from '@tensorflow/tfjs-core';
import { logSoftmaxGradientReference } from './log-softmax-gradient.ts';

/** logSoftmax by plain tfjs ops. The gradient of `tf.logSoftmax` cannot be differentiated, this one can. */
export function logSoftmaxReference({ x }: Record<'x', tf.Tensor>): tf.Tensor {
  return tf.customGrad((...inputAndSave) => {
    const [input, save] = inputAndSave as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([input]);
    return {
      value: tf.tidy(() => tf.logSoftmax(input)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => logSoftmaxGradientReference({ dy, x: saved[0] as tf.Tensor }),
    };
  })(x);
}
