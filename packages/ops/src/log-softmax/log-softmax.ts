import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { check, formatShape } from '@kumiko/core';
import { logSoftmaxBody } from './internal/log-softmax-body.ts';
import { logSoftmaxGradient } from './internal/log-softmax-gradient.ts';
import { logSoftmaxReference } from './internal/log-softmax-reference.ts';

const op = /* @__PURE__ */ defineOp({
  name: 'LogSoftmax',
  inputs: ['x'],
  reference: logSoftmaxReference,
  gradient: (dy, { x }) => ({ x: () => logSoftmaxGradient({ dy, x }, {}) }),
  kernels: { wasm: /* @__PURE__ */ logSoftmaxBody('logSoftmax', ['x']) },
});

/**
 * The logarithm of the softmax over the last axis: `y = x - m - ln sum e^(x - m)` with m the greatest of the row, exact for logits of 1e4.
 * On wasm it and its gradient `dy - softmax(x) sum(dy)` are one kernel each, on all threads.
 *
 * Unlike that of `tf.logSoftmax`, its gradient has a gradient. A row of nothing but -Infinity, and one that holds NaN or Infinity, is NaN.
 *
 * @param x float32 `[...,n]`, before any softmax
 * @returns float32, the shape of x
 * @throws KumikoError when x is not float32 or has no axis
 * @example
 * logSoftmax(tf.tensor2d([[0, 0], [0, Math.log(3)]])); // [[-0.6931472, -0.6931472], [-1.3862944, -0.2876821]]: ln of 1/2, 1/2, 1/4, 3/4
 * @see torch.nn.functional.log_softmax; `tf.logSoftmax`, which computes it in a pass a step
 */
export function logSoftmax(x: tf.Tensor): tf.Tensor {
  check(
    x.dtype === 'float32' && x.rank > 0,
    'logSoftmax',
    () => `expected x as float32 of rank 1 or more, got ${x.dtype} ${formatShape(x.shape)}. Cast or reshape x.`,
  );
  return tf.tidy(() => op({ x }, {}));
}
