import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { logSoftmaxBody } from './log-softmax-body.ts';

/** The gradient by plain tfjs ops: `dy - softmax(x) sum(dy)`. */
export function logSoftmaxGradientReference({ dy, x }: Record<'dy' | 'x', tf.Tensor>): tf.Tensor {
  return tf.sub(dy, tf.mul(tf.softmax(x), tf.sum(dy, -1, true)));
}

/** The gradient of logSoftmax: an op, so that it has a fast body and a gradient of its own. */
export const logSoftmaxGradient = /* @__PURE__ */ defineOp({
  name: 'LogSoftmaxGradient',
  inputs: ['dy', 'x'],
  reference: logSoftmaxGradientReference,
  kernels: { wasm: /* @__PURE__ */ logSoftmaxBody('logSoftmaxGradient', ['dy', 'x']) },
});
