import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type { Transform } from '@kumiko/core';
import { meanSquaredError, sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { accuracy, precision } from '@kumiko/metrics';
import { adamw, applyUpdates, chain, clipByGlobalNorm, scaleByAdam, scaleByLearningRate, type AdamwOptions } from '@kumiko/optimizers';
import { expect, test } from 'vitest';
import { asMetric, type LayersBatch } from './as-metric.ts';
import { configureModel } from './configure-model.ts';

/** Three classes of points on a circle, `[-1, 1]^2`: separable by a small network, not by a line through the middle. */
export function points(samples = 96): { x: tf.Tensor2D; y: tf.Tensor1D } {
  const angles = Array.from({ length: samples }, (_, i) => (i * 2 * Math.PI) / samples);
  return {
    x: tf.tensor2d(angles.map((angle) => [Math.cos(angle), Math.sin(angle)])),
    y: tf.tensor1d(
      angles.map((angle) => Math.floor((angle / (2 * Math.PI)) * 6) % 3),
      'int32',
    ),
  };
}

/** Two dense layers whose weights depend on nothing but their shapes. */
export function network(): layers.Sequential {
  const initializer = (seed: number) => layers.initializers.glorotUniform({ seed });
  return layers.sequential({
    layers: [
      layers.layers.dense({ units: 16, inputShape: [2], activation: 'tanh', kernelInitializer: initializer(1) }),
      layers.layers.dense({ units: 3, kernelInitializer: initializer(2) }),
    ],
  });
}

/** What `model.save` hands on, loaded again. */
export async function reloaded(model: layers.LayersModel): Promise<layers.LayersModel> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (saved) => {
    artifacts = saved;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler, { includeOptimizer: true });
  return layers.loadLayersModel(tf.io.fromMemory(artifacts as tf.io.ModelArtifacts));
}

const decaying: AdamwOptions = { learningRate: 0.02, weightDecay: 0.1, mask: (name) => name.endsWith('kernel') };

/** `configureModel` with all that the tutorial wants. */
export function configured(model: layers.LayersModel, optimizer: Transform = adamw(decaying)): layers.LayersModel {
  return configureModel(model, { optimizer, loss: sparseCategoricalCrossEntropy, metrics: [accuracy()] });
}

function weightsOf(model: layers.LayersModel): number[] {
  return model.getWeights().flatMap((weight) => [...weight.dataSync()]);
}

/** The adapters on whichever backend is set. */
export function adaptersContract(): void {
  test('trains the tutorial: sparse cross-entropy from logits, labels [batch], accuracy', async () => {
    const { x, y } = points();
    const model = configured(network(), adamw({ learningRate: 0.05 }));
    const { history } = await model.fit(x, y, { epochs: 60, batchSize: 32, validationData: [x, y] });
    expect(history['loss']?.at(-1)).toBeLessThan(0.1);
    expect(history['val_accuracy']?.at(-1)).toBeGreaterThan(0.97);
    // The truth, counted by hand over the predictions.
    const predicted = (tf.argMax(model.predict(x) as tf.Tensor, 1).arraySync() as number[]).filter((one, i) => one === y.arraySync()[i]);
    expect(history['val_accuracy']?.at(-1)).toBeCloseTo(predicted.length / 96, 6);
    model.dispose();
  });

  test('takes the steps of a loop written by hand', async () => {
    const { x, y } = points(32);
    const optimizer = chain([clipByGlobalNorm(0.5), scaleByAdam(), scaleByLearningRate(0.03)]);
    const model = configured(network(), optimizer);
    const [kernel1, bias1, kernel2, bias2] = model.getWeights().map((weight) => tf.clone(weight)) as tf.Tensor[];
    let params = {
      first: { kernel: kernel1 as tf.Tensor, bias: bias1 as tf.Tensor },
      second: { kernel: kernel2 as tf.Tensor, bias: bias2 as tf.Tensor },
    };
    let state = optimizer.init(params);
    for (let step = 0; step < 20; step++) {
      const list = [params.first.kernel, params.first.bias, params.second.kernel, params.second.bias];
      const grads = tf.grads((k1, b1, k2, b2) => {
        const hidden = tf.tanh(tf.add(tf.matMul(x, k1 as tf.Tensor2D), b1 as tf.Tensor));
        return sparseCategoricalCrossEntropy(tf.add(tf.matMul(hidden, k2 as tf.Tensor2D), b2 as tf.Tensor), y);
      })(list) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const tree = { first: { kernel: grads[0], bias: grads[1] }, second: { kernel: grads[2], bias: grads[3] } };
      const [updates, next] = optimizer.update(tree, state, params);
      params = applyUpdates(params, updates);
      state = next;
    }
    await model.fit(x, y, { epochs: 20, batchSize: 32, shuffle: false });
    const byHand = [params.first.kernel, params.first.bias, params.second.kernel, params.second.bias].flatMap((one) => [...one.dataSync()]);
    const far = weightsOf(model).map((weight, i) => Math.abs(weight - (byHand[i] as number)));
    expect(Math.max(...far)).toBeLessThan(2e-5);
    model.dispose();
  });

  test('continues to the bit after save and load, where variables were numbered anew', async () => {
    const { x, y } = points(32);
    const once = { epochs: 3, batchSize: 8, shuffle: false };
    const model = configured(network());
    await model.fit(x, y, once);
    const loaded = configured(await reloaded(model));
    expect(loaded.weights[0]?.name).not.toBe(model.weights[0]?.name);
    expect(loaded.optimizer.iterations).toBe(12);
    await model.fit(x, y, once);
    await loaded.fit(x, y, once);
    expect(weightsOf(loaded)).toEqual(weightsOf(model));
    // Without the state it would be another run.
    const fresh = configured(await reloaded(model));
    fresh.optimizer.dispose();
    await model.fit(x, y, once);
    await fresh.fit(x, y, once);
    expect(weightsOf(fresh)).not.toEqual(weightsOf(model));
    for (const one of [model, loaded, fresh]) one.dispose();
  });

  test('gives precision over the epoch where tfjs-layers averages batches', async () => {
    // Predicted classes [1,1,1 | 1,0,0], true ones [1,1,0 | 0,0,0]: precision of the batches 2/3 and 0/1, whose mean is 1/3;
    // over the epoch 2 of 4 predictions of class 1 are right: 1/2.
    const x = tf.tensor2d([[1], [1], [1], [1], [-1], [-1]]);
    const y = tf.tensor2d([[1], [1], [0], [0], [0], [0]]);
    const still: Transform = { name: 'still', init: () => ({}), update: (grads, state) => [zeros(grads), state] };
    const select = ({ predictions, labels }: LayersBatch) => ({ predictions: tf.greater(predictions, 0), labels });
    const build = () => layers.sequential({ layers: [layers.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' })] });
    const metric = () => asMetric(precision(2, { average: 'binary' }), { select });
    const model = configureModel(build(), { optimizer: still, loss: meanSquaredError, metrics: [metric()] });
    const { history } = await model.fit(x, y, { batchSize: 3, shuffle: false, validationData: [x, y] });
    expect(history['precision']).toEqual([0.5]);
    expect(history['val_precision']).toEqual([0.5]);
    const evaluated = (model.evaluate(x, y, { batchSize: 3 }) as tf.Scalar[]).map((one) => one.dataSync()[0]);
    // The loss: (0 + 0 + 1 + 1 + 1 + 1) / 6.
    expect(evaluated[0]).toBeCloseTo(4 / 6, 6);
    expect(evaluated[1]).toBe(0.5);
    const stock = build();
    stock.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: [metric()] });
    expect((stock.evaluate(x, y, { batchSize: 3 }) as tf.Scalar[])[1]?.dataSync()[0]).toBeCloseTo(1 / 3, 6);
  });

  test('leaks nothing over a hundred batches, and nothing is left of a disposed model', async () => {
    const { x, y } = points(100);
    const before = tf.memory().numTensors;
    const model = configured(network());
    await model.fit(x, y, { epochs: 1, batchSize: 10, validationData: [x, y] });
    const trained = tf.memory().numTensors;
    await model.fit(x, y, { epochs: 10, batchSize: 10, validationData: [x, y] });
    tf.dispose(model.evaluate(x, y));
    expect(tf.memory().numTensors).toBe(trained);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
}

function zeros(grads: unknown): Record<string, never> {
  const list = Object.entries(grads as Record<string, tf.Tensor | object>);
  return Object.fromEntries(list.map(([name, one]) => [name, one instanceof tf.Tensor ? tf.zerosLike(one) : zeros(one)])) as Record<
    string,
    never
  >;
}
