import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu, selectBackend } from '@kumiko/backend';
import type { Metric, Transform } from '@kumiko/core';
import { meanSquaredError, sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { accuracy, meanAbsoluteErrorMetric } from '@kumiko/metrics';
import { adamw, sgd } from '@kumiko/optimizers';
import { beforeAll, expect, test } from 'vitest';
import { configured, network, points } from './adapters-contract.fixture.ts';
import { asMetric, type LayersBatch } from './as-metric.ts';
import { asOptimizer } from './as-optimizer.ts';
import { configureModel, type ConfigureModelOptions } from './configure-model.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

/** Its average over batches is not its value over the epoch. */
const largest: Metric<tf.Tensor, LayersBatch, tf.Tensor> = {
  name: 'largest',
  init: () => tf.scalar(-Infinity),
  update: (state, { targets }) => tf.maximum(state, tf.max(targets)),
  merge: (a, b) => tf.maximum(a, b),
  result: (state) => state,
};

const line = () => layers.sequential({ layers: [layers.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' })] });
const descent: Transform = sgd({ learningRate: 0 });
const regression: ConfigureModelOptions = { optimizer: descent, loss: meanSquaredError, metrics: [largest] };
const numbers = () => tf.tensor2d([[1], [2], [3], [4]]);

/** What `fitDataset` needs of a `tf.data.Dataset`: batches of two. */
function dataset(): never {
  const iterator = async () => {
    const batches = [
      [1, 2],
      [3, 4],
    ];
    return {
      next: async () => {
        const batch = batches.shift();
        return batch === undefined
          ? { value: null, done: true }
          : { value: { xs: tf.tensor2d(batch, [2, 1]), ys: tf.tensor2d(batch, [2, 1]) }, done: false };
      },
    };
  };
  return { iterator, size: 2 } as never;
}

test('trains two outputs, each with its loss and metrics', async () => {
  const input = layers.input({ shape: [2] });
  const heads = [
    layers.layers.dense({ units: 3, name: 'kind' }).apply(input),
    layers.layers.dense({ units: 1, name: 'size' }).apply(input),
  ] as layers.SymbolicTensor[];
  const model = layers.model({ inputs: input, outputs: heads });
  configureModel(model, {
    optimizer: adamw({ learningRate: 0.01 }),
    loss: { kind: sparseCategoricalCrossEntropy, size: meanSquaredError },
    metrics: { kind: [accuracy()], size: [asMetric(meanAbsoluteErrorMetric(), { name: 'error' })] },
  });
  const { x, y } = points(12);
  const size = tf.sum(x, 1, true);
  const { history } = await model.fit(x, [y, size], { epochs: 2, batchSize: 4 });
  expect(Object.keys(history).toSorted()).toEqual(['kind_accuracy', 'kind_loss', 'loss', 'size_error', 'size_loss']);
  expect(history['loss']?.[1]).toBeLessThan(history['loss']?.[0] as number);
});

test('gives every loss and metric of two outputs under its name when it evaluates', async () => {
  const input = layers.input({ shape: [1] });
  const head = (name: string, kernelInitializer: 'ones' | 'zeros') =>
    layers.layers.dense({ units: 1, name, kernelInitializer }).apply(input) as layers.SymbolicTensor;
  const model = layers.model({ inputs: input, outputs: [head('same', 'ones'), head('none', 'zeros')] });
  const metrics = { same: [asMetric(largest)], none: [asMetric(largest)] };
  configureModel(configureModel(model, { ...regression, metrics }), { ...regression, metrics });
  const x = tf.tensor2d([[2], [2], [2]]);
  const y = tf.tensor2d([[3], [3], [3]]);
  // Losses (3 - 2)^2 and (3 - 0)^2, the largest target 3.
  const before = tf.memory().numTensors;
  const evaluated = model.evaluate(x, [y, y], { batchSize: 2 }) as tf.Scalar[];
  expect(evaluated.map((one) => Math.round((one.dataSync()[0] as number) * 1e5) / 1e5)).toEqual([10, 1, 9, 3, 3]);
  tf.dispose(evaluated);
  expect(tf.memory().numTensors).toBe(before);
  const { history } = await model.fit(x, [y, y], { validationData: [x, [y, y]] });
  expect(Object.fromEntries(Object.entries(history).filter(([name]) => name.startsWith('val_')))).toEqual({
    val_loss: [10],
    val_same_loss: [1],
    val_none_loss: [9],
    val_same_largest: [3],
    val_none_largest: [3],
  });
});

test('gives exact metrics from fitDataset and evaluateDataset, with validation', async () => {
  const model = configureModel(line(), regression);
  const { history } = await model.fitDataset(dataset(), { epochs: 2, validationData: dataset() });
  expect(history['largest']).toEqual([4, 4]);
  expect(history['val_largest']).toEqual([4, 4]);
  const x = numbers();
  const { history: tensors } = await model.fitDataset(dataset(), { epochs: 1, validationData: [x, x] as never });
  expect(tensors['val_largest']).toEqual([4]);
  const evaluated = (await model.evaluateDataset(dataset(), {})) as tf.Scalar[];
  expect(evaluated.map((one) => one.dataSync()[0])).toEqual([0, 4]);
});

test('shows its values to callbacks that are instances, and survives an evaluation in the middle of an epoch', async () => {
  const model = configureModel(line(), regression);
  const seen: number[] = [];
  class Watch extends layers.Callback {
    override async onBatchEnd() {
      const x = tf.tensor2d([[9]]);
      tf.dispose([model.evaluate(x, x), x]);
    }
    override async onEpochEnd(_epoch: number, logs?: layers.Logs) {
      seen.push(await scalar(logs?.['largest']), await scalar(logs?.['val_largest']));
    }
  }
  const scalar = async (value: unknown): Promise<number> =>
    value instanceof tf.Tensor ? ((await value.data())[0] as number) : (value as number);
  const x = numbers();
  const { history } = await model.fit(x, x, { batchSize: 2, shuffle: false, validationData: [x, x], callbacks: [new Watch()] });
  expect(seen).toEqual([4, 4]);
  expect(history['val_largest']).toEqual([4]);
});

test('gives the metrics of one batch from trainOnBatch, and keeps nothing of it', async () => {
  const model = configureModel(line(), regression);
  const x = numbers();
  await model.trainOnBatch(x, x);
  const before = tf.memory().numTensors;
  expect(await model.trainOnBatch(x, x)).toEqual([0, 4]);
  expect(tf.memory().numTensors).toBe(before);
});

test('frees what an epoch held when training fails', async () => {
  const model = configureModel(line(), regression);
  const x = numbers();
  const before = tf.memory().numTensors;
  const failing = { onBatchEnd: async () => Promise.reject(new Error('enough')) };
  await expect(model.fit(x, x, { batchSize: 2, callbacks: failing })).rejects.toThrow('enough');
  model.dispose();
  // What tfjs-layers itself leaves: order of the samples, logs of the batch, its running averages. None of it grows with the metrics.
  const left = tf.memory().numTensors - before;
  const stock = line();
  stock.compile({ optimizer: asOptimizer(descent), loss: 'meanSquaredError', metrics: [asMetric(largest)] });
  const then = tf.memory().numTensors;
  await expect(stock.fit(x, x, { batchSize: 2, callbacks: failing })).rejects.toThrow('enough');
  stock.dispose();
  expect(left).toBe(tf.memory().numTensors - then);
});

test('begins anew when it is called again, frees what was, and leaves frozen layers alone', async () => {
  const { x, y } = points(16);
  const model = configured(network());
  await model.fit(x, y);
  const trained = tf.memory().numTensors;
  const [first] = model.layers as [layers.layers.Layer];
  first.trainable = false;
  configured(model);
  expect(tf.memory().numTensors).toBeLessThan(trained);
  const frozen = first.getWeights().map((weight) => [...weight.dataSync()]);
  const all = model.layers[1]?.getWeights().map((weight) => [...weight.dataSync()]);
  await model.fit(x, y);
  expect(model.optimizer.iterations).toBe(1);
  expect(first.getWeights().map((weight) => [...weight.dataSync()])).toEqual(frozen);
  expect(model.layers[1]?.getWeights().map((weight) => [...weight.dataSync()])).not.toEqual(all);
});

test('takes an optimizer of TensorFlow.js, which stays with its maker', async () => {
  const { x, y } = points(16);
  const optimizer = tf.train.adam(0.1);
  const model = configureModel(network(), { optimizer, loss: sparseCategoricalCrossEntropy });
  await model.fit(x, y);
  const before = tf.memory().numTensors;
  model.dispose();
  // The four weights alone: Adam's moments are still there.
  expect(before - tf.memory().numTensors).toBe(4);
  optimizer.dispose();
});

test('refuses names of optimizers and losses that are none, outputs that are not there, and metrics of one name', () => {
  const model = line();
  const name = model.layers[0]?.name;
  expect(() => configureModel(model, { optimizer: 'adam' as never, loss: meanSquaredError })).toThrow(
    'configureModel: expected an optimizer, got string. Pass for example adamw() of @kumiko/optimizers.',
  );
  expect(() => configureModel(model, { optimizer: descent, loss: undefined as never })).toThrow('asLoss: expected a loss, got undefined.');
  expect(() => configureModel(model, { optimizer: descent, loss: { nowhere: meanSquaredError } })).toThrow(
    `configureModel: expected loss for the outputs '${name}', got 'nowhere'. Name the layers that make the outputs.`,
  );
  expect(() => configureModel(model, { ...regression, metrics: [largest, largest] })).toThrow(
    "configureModel: expected metrics of different names, got 'largest' twice. Pass asMetric(metric, { name }).",
  );
  const input = layers.input({ shape: [1] });
  const outputs = ['a', 'b'].map((one) => layers.layers.dense({ units: 1, name: one }).apply(input) as layers.SymbolicTensor);
  expect(() => configureModel(layers.model({ inputs: input, outputs }), regression)).toThrow(
    'configureModel: expected metrics by output of a model with 2, got a list. Pass { a: [...] }.',
  );
});
