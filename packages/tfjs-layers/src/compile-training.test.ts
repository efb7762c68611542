import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { adamw } from '@kumiko/optimizers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileTraining } from './compile-training.ts';
import { configureModel } from './configure-model.ts';

const { layers, initializers } = tfl;

const makers = {
  'an optimizer and a loss of tfjs': (model: tfl.LayersModel) =>
    model.compile({ optimizer: tf.train.adam(0.05), loss: 'meanSquaredError', metrics: ['mse'] }),
  'an optimizer and a loss of Kumiko': (model: tfl.LayersModel) =>
    void configureModel(model, { optimizer: adamw({ learningRate: 0.05 }), loss: sparseCategoricalCrossEntropy }),
};

function network(): tfl.Sequential {
  const kernelInitializer = (seed: number) => initializers.glorotUniform({ seed });
  return tfl.sequential({
    layers: [
      layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 1], activation: 'relu', kernelInitializer: kernelInitializer(1) }),
      layers.flatten(),
      layers.dense({ units: 3, kernelInitializer: kernelInitializer(2) }),
    ],
  });
}

function expectNear(actual: number[], expected: number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => expect(Math.abs((actual[i] as number) - value)).toBeLessThanOrEqual(tolerance));
}

describe.each(['cpu', 'wasm'])('on %s', (name) => {
  beforeAll(async () => {
    await selectBackend([name === 'wasm' ? wasm({ threads: 2 }) : cpu()]);
  });
  afterAll(() => tf.disposeVariables());

  test.each(Object.entries(makers))(
    '%s: the same losses and weights as without it, with a last batch that is not full',
    async (_, compileModel) => {
      const x = tf.randomNormal([22, 6, 6, 1], 0, 1, 'float32', 3);
      const labels = tf.tensor1d(
        Array.from({ length: 22 }, (__, i) => i % 3),
        'int32',
      );
      const y = compileModel === makers['an optimizer and a loss of tfjs'] ? tf.cast(tf.oneHot(labels, 3), 'float32') : labels;
      const train = async (compiled: boolean) => {
        const model = network();
        compileModel(model);
        if (compiled) expect(compileTraining(model)).toBe(model);
        const counts: number[] = [];
        const onEpochEnd = (): void => void counts.push(tf.memory().numTensors);
        const { history } = await model.fit(x, y, { epochs: 6, batchSize: 8, shuffle: false, callbacks: { onEpochEnd } });
        const weights = model.getWeights().map((weight) => [...weight.dataSync()]);
        const { iterations } = model.optimizer;
        model.dispose();
        return { history, weights, iterations, counts };
      };
      const [plain, compiled] = [await train(false), await train(true)];
      // On wasm a program adds the bias before the products: the last bits differ.
      const tolerance = name === 'wasm' ? 1e-5 : 0;
      for (const [which, values] of Object.entries(plain.history))
        expectNear(compiled.history[which] as number[], values as number[], tolerance);
      plain.weights.forEach((values, i) => expectNear(compiled.weights[i] as number[], values, tolerance));
      // 6 epochs of 3 batches.
      expect([plain.iterations, compiled.iterations]).toEqual([18, 18]);
      expect(new Set(compiled.counts.slice(3)).size).toBe(1);
      tf.dispose([x, y, labels]);
    },
  );

  test('begins anew when the model is compiled with another optimizer', async () => {
    const [x, y] = [tf.ones([4, 6, 6, 1]), tf.ones([4, 3])];
    const run = async (compiled: boolean) => {
      const model = network();
      model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' });
      if (compiled) compileTraining(compileTraining(model));
      const losses = [];
      for (let i = 0; i < 4; i++) losses.push(await model.trainOnBatch(x, y));
      model.compile({ optimizer: tf.train.sgd(0.001), loss: 'meanAbsoluteError' });
      for (let i = 0; i < 4; i++) losses.push(await model.trainOnBatch(x, y));
      model.dispose();
      return losses;
    };
    expect(await run(true)).toEqual(await run(false));
    tf.dispose([x, y]);
  });

  test('says which layer draws its numbers on the host', async () => {
    const model = tfl.sequential({ layers: [layers.dense({ units: 2, inputShape: [3] }), layers.dropout({ rate: 0.5 })] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    compileTraining(model);
    const [x, y] = [tf.ones([4, 3]), tf.ones([4, 2])];
    await model.trainOnBatch(x, y);
    await expect(model.trainOnBatch(x, y)).rejects.toThrow(/compile: expected .* random/);
    model.dispose();
    tf.dispose([x, y]);
  });
});

test('wants a compiled model', () => {
  const model = network();
  expect(() => compileTraining(model)).toThrow(
    'compileTraining: expected a compiled model, got one without an optimizer. Call model.compile({ optimizer, loss }) first.',
  );
  model.dispose();
});
