import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import type { CrossEntropyAttributes } from './cross-entropy-attributes.ts';
import { crossEntropyBody } from './cross-entropy-body.ts';
import { targetShares } from './target-shares.ts';

/** The gradient with respect to the logits by plain tfjs ops: `dy * (sum of shares * softmax(logits) - shares)`. */
export function softmaxCrossEntropyGradientReference(
  { logits, targets, dy }: Record<'logits' | 'targets' | 'dy', tf.Tensor>,
  { labelSmoothing }: CrossEntropyAttributes,
): tf.Tensor {
  return tf.tidy(() => {
    const shares = targetShares(logits, targets, labelSmoothing);
    const expected = tf.mul(tf.sum(shares, -1, true), tf.softmax(logits));
    return tf.mul(tf.expandDims(dy, -1), tf.sub(expected, shares));
  });
}

/** The gradient of softmaxCrossEntropy with respect to the logits: an op, so that it has a fast body and a gradient of its own. */
export const softmaxCrossEntropyGradient = /* @__PURE__ */ defineOp<'logits' | 'targets' | 'dy', CrossEntropyAttributes>({
  name: 'SoftmaxCrossEntropyGradient',
  inputs: ['logits', 'targets', 'dy'],
  reference: softmaxCrossEntropyGradientReference,
  kernels: { wasm: /* @__PURE__ */ crossEntropyBody('Gradient', ['logits', 'targets', 'dy'], (shape) => shape) },
});
