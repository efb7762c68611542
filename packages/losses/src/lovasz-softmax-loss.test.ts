import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { expectTensor } from '@kumiko/testing';
import { beforeAll, expect, test } from 'vitest';
import { lovaszSoftmaxLoss } from './lovasz-softmax-loss.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('counts the classes that are present, by hand', () => {
  // One pixel of class 0 with p = [1/2, 1/4, 1/4]: the errors are 1/2, 1/4, 1/4. Class 0 is all wrong or all right: 1/2.
  // An absent class is all wrong with the first false positive: 1/4.
  const logits = tf.tensor2d([[Math.LN2, 0, 0]]);
  const labels = tf.tensor1d([0], 'int32');
  expectTensor(lovaszSoftmaxLoss(logits, labels, { reduction: 'none' }), { shape: [3], values: [0.5, 0, 0] });
  expectTensor(lovaszSoftmaxLoss(logits, labels), { shape: [], values: [0.5] });
  expectTensor(lovaszSoftmaxLoss(logits, labels, { classes: 'all', reduction: 'none' }), { shape: [3], values: [0.5, 0.25, 0.25] });
  expectTensor(lovaszSoftmaxLoss(logits, labels, { classes: 'all' }), { shape: [], values: [1 / 3] });
});

test('a perfect prediction costs nothing', () => {
  const logits = tf.tensor2d([
    [1e4, 0],
    [0, 1e4],
  ]);
  expect(lovaszSoftmaxLoss(logits, tf.tensor1d([0, 1], 'int32')).dataSync()[0]).toBe(0);
});
