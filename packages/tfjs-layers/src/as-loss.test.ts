import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu, selectBackend } from '@kumiko/backend';
import { meanSquaredError, sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { expectTensor } from '@kumiko/testing';
import { beforeAll, expect, test } from 'vitest';
import { asLoss } from './as-loss.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test.each([
  ['int32 [batch]', () => tf.tensor1d([0, 1], 'int32')],
  ['int32 [batch,1]', () => tf.tensor2d([[0], [1]], [2, 1], 'int32')],
  ['float32 [batch,1]', () => tf.tensor2d([[0], [1]])],
])('takes class labels %s', (_name, labels) => {
  const logits = tf.tensor2d([
    [0, 0],
    [0, Math.log(3)],
  ]);
  // -ln 1/2 and -ln 3/4
  expectTensor(asLoss(sparseCategoricalCrossEntropy)(labels(), logits), { shape: [2], values: [Math.log(2), Math.log(4 / 3)] });
});

test('passes options on, and averages what a sample has several of', () => {
  // Time steps: -ln 1/2 and -ln 3/4 of the one sample; smoothing of 0.5 turns the second into -(3/4 ln 3/4 + 1/4 ln 1/4).
  const logits = tf.tensor3d([
    [
      [0, 0],
      [0, Math.log(3)],
    ],
  ]);
  const labels = tf.tensor2d([[0, 1]]);
  const smoothed = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
  expectTensor(asLoss(sparseCategoricalCrossEntropy, { labelSmoothing: 0.5 })(labels, logits), {
    shape: [1],
    values: [(Math.log(2) + smoothed) / 2],
  });
});

test('takes targets of the shape of the output as numbers, also where that is [batch,1]', () => {
  const targets = tf.tensor2d([[1], [2]], [2, 1], 'int32');
  expectTensor(asLoss(meanSquaredError)(targets, tf.tensor2d([[1.5], [4]])), { shape: [2], values: [0.25, 4] });
});

test("counts a model's class weights", async () => {
  const model = layers.sequential({ layers: [layers.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'zeros' })] });
  model.compile({ optimizer: 'sgd', loss: asLoss(meanSquaredError) });
  const [x, y] = [tf.tensor2d([[1], [1]]), tf.tensor2d([[0], [1]])];
  // Losses 0 and 1, of which the second weighs 4: their mean is 2.
  const { history } = await model.fit(x, y, { classWeight: { 0: 1, 1: 4 } });
  expect(history['loss']).toEqual([2]);
});

test('leaks nothing', () => {
  const [logits, labels] = [tf.zeros([2, 3]), tf.tensor1d([0, 1], 'int32')];
  const before = tf.memory().numTensors;
  tf.tidy(() => void asLoss(sparseCategoricalCrossEntropy)(labels, logits));
  expect(tf.memory().numTensors).toBe(before);
});

test('refuses what is no loss, and a loss that does not keep the samples', () => {
  expect(() => asLoss('meanSquaredError' as never)).toThrow(
    'asLoss: expected a loss, got string. Pass a function of @kumiko/losses, without calling it.',
  );
  expect(() => asLoss((a, b) => tf.mean(tf.sub(a, b)))(tf.ones([2, 1]), tf.ones([2, 1]))).toThrow(
    "asLoss: expected a loss for each of 2 samples, got a tensor []. Pass a loss that knows reduction: 'none'.",
  );
});
