/** In an app that has started TensorFlow.js its own way: no gradients of ours, no host. */
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expectTensor } from '@kumiko/testing';
import { expect, test } from 'vitest';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';

test.each(['cpu', 'wasm'])('the reference runs on stock %s, gradient included', async (backend) => {
  await tf.setBackend(backend);
  const logits = tf.tensor2d([[0, 0], [-Infinity, 3]]); // prettier-ignore
  for (const targets of [
    tf.tensor1d([0, 1], 'int32'),
    tf.tensor2d([
      [1, 0],
      [0, 1],
    ]),
  ]) {
    // prettier-ignore
    expectTensor(softmaxCrossEntropy(logits, targets), { shape: [2], values: [Math.LN2, 0] });
    const gradient = tf.grad((x: tf.Tensor) => softmaxCrossEntropy(x, targets))(logits);
    expectTensor(gradient, { shape: [2, 2], values: [-0.5, 0.5, 0, 0] });
  }
  expect(tf.getBackend()).toBe(backend);
});
