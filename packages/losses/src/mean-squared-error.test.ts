import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { expectTensor } from '@kumiko/testing';
import golden from '../../../fixtures/losses/mean-squared-error.json' with { type: 'json' };
import { meanSquaredError } from './mean-squared-error.ts';
import type { Reduction } from './reduction.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test.each(golden.rows)('agrees with PyTorch, value and gradient: $options', ({ options, loss, grad }) => {
  const shape = golden.shape as [number, number];
  const predictions = tf.tensor2d(golden.predictions, shape);
  const targets = tf.tensor2d(golden.targets, shape);
  const reduction = options.reduction as Reduction;
  expectTensor(meanSquaredError(predictions, targets, { reduction }), { shape: reduction === 'none' ? shape : [], values: loss });
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(meanSquaredError(x, targets, { reduction })))(predictions);
  expectTensor(gradient, { shape, values: grad });
});

test('weighs samples', () => {
  // Squares [1 4; 9 16], rows weigh 1 and 0: (1 + 4) / 2.
  const loss = meanSquaredError(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.zeros([2, 2]), { sampleWeights: tf.tensor2d([1, 0], [2, 1]) });
  expect(loss.dataSync()[0]).toBe(2.5);
});

test('refuses shapes that would broadcast', () => {
  expect(() => meanSquaredError(tf.ones([4, 1]), tf.ones([4]))).toThrow(
    "meanSquaredError: expected targets of the predictions' shape [4,1], got [4]. ",
  );
});

test('leaves nothing behind', async () => {
  const x = tf.ones([3]);
  await trackLeaks(() => tf.tidy(() => meanSquaredError(x, x, { sampleWeights: x })));
  expect(x.isDisposed).toBe(false);
});
