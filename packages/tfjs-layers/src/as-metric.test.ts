import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu, selectBackend } from '@kumiko/backend';
import type { Metric } from '@kumiko/core';
import { accuracy, meanAbsoluteErrorMetric, precision } from '@kumiko/metrics';
import { beforeAll, expect, test } from 'vitest';
import { asMetric, type LayersBatch } from './as-metric.ts';
import { epochMetrics } from './epoch-metrics.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

/** One number a sample: its last value is the metric's. */
const largest: Metric<tf.Tensor, LayersBatch, number> = {
  name: 'largest',
  init: () => tf.scalar(-Infinity),
  update: (state, { predictions }) => tf.maximum(state, tf.max(predictions)),
  merge: (a, b) => tf.maximum(a, b),
  result: (state) => state.dataSync()[0] as number,
};

const scores = () =>
  tf.tensor2d([
    [2, 1],
    [0, 3],
    [5, 4],
  ]);

test.each([
  ['labels [batch]', () => tf.tensor1d([0, 1, 1], 'int32')],
  ['labels [batch,1]', () => tf.tensor2d([[0], [1], [1]])],
  ['one-hot targets', () => tf.oneHot(tf.tensor1d([0, 1, 1], 'int32'), 2)],
])('measures a batch with %s', (_name, targets) => {
  // The third is wrong.
  expect(asMetric(accuracy())(targets(), scores()).dataSync()[0]).toBeCloseTo(2 / 3, 6);
});

test('hands numbers [batch,1] on as [batch], and results that are numbers as scalars', () => {
  const [targets, predictions] = [tf.tensor2d([[1], [2]]), tf.tensor2d([[2], [5]])];
  expect(asMetric(meanAbsoluteErrorMetric())(targets, predictions).dataSync()[0]).toBe(2);
  expect(asMetric(largest)(targets, predictions).dataSync()[0]).toBe(5);
});

test('bears the name of its metric, or the one it was given', () => {
  expect(asMetric(largest).name).toBe('largest');
  expect(asMetric(largest, { name: 'peak' }).name).toBe('peak');
});

test('the callback puts the value of the epoch in place of the average, before other callbacks see it', async () => {
  // Batches of two: their largest predictions are 2 and 4, the average 3; the epoch's is 4. Validation: 4 and 8, and 8.
  const x = tf.tensor2d([[1], [2], [3], [4]]);
  const model = layers.sequential({ layers: [layers.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' })] });
  const metric = asMetric(largest);
  model.compile({ optimizer: 'sgd', loss: (_targets: tf.Tensor, output: tf.Tensor) => tf.mul(tf.sum(output), 0), metrics: [metric] });
  const seen: number[] = [];
  const before = tf.memory().numTensors;
  const doubled = tf.mul(x, 2);
  const { history } = await model.fit(x, x, {
    batchSize: 2,
    shuffle: false,
    epochs: 2,
    validationData: [doubled, doubled],
    callbacks: [
      epochMetrics({ largest: metric }),
      { onEpochEnd: async (_epoch: number, logs?: layers.Logs) => void seen.push(logs?.['largest'] as number) },
    ],
  });
  doubled.dispose();
  expect(history['largest']).toEqual([4, 4]);
  expect(history['val_largest']).toEqual([8, 8]);
  expect(seen).toEqual([4, 4]);
  expect(tf.memory().numTensors).toBe(before);
  const { history: stock } = await model.fit(x, x, { batchSize: 2, shuffle: false });
  expect(stock['largest']).toEqual([3]);
});

test('leaks nothing outside of epochs', () => {
  const [targets, predictions] = [tf.tensor1d([0, 1, 1], 'int32'), scores()];
  const metric = asMetric(accuracy());
  const before = tf.memory().numTensors;
  metric(targets, predictions).dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('refuses what is no metric, and results that are no number', () => {
  expect(() => asMetric('accuracy' as never)).toThrow(
    'asMetric: expected a metric, got string. Pass for example accuracy() of @kumiko/metrics.',
  );
  expect(() => asMetric(precision(2, { average: 'none' }))(tf.tensor1d([0, 1, 1], 'int32'), scores())).toThrow(
    "asMetric: expected a metric whose result is one number, got a tensor [2] from 'precision'. Choose an average, or measure it outside of the model.",
  );
  expect(() => epochMetrics({ accuracy: accuracy() as never })).toThrow(
    "epochMetrics: expected metrics made by asMetric, got object as 'accuracy'. Pass { accuracy: asMetric(...) } and compile the model with it.",
  );
});
