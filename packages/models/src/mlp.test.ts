import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { flatten, key, shapeOf, type Tree } from '@kumiko/core';
import { mlp } from './mlp.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('flattens, and puts activations between the layers only', () => {
  const model = mlp({ units: [2, 1] });
  // x = [1, -1]; hidden = relu([1*1 - 1*2, 1*3 + 1*1] + [0, 1]) = [0, 5]; y = 0*4 + 5*(-2) + 1 = -9.
  const params = {
    dense: { kernel: tf.tensor2d([1, 3, 2, -1], [2, 2]), bias: tf.tensor1d([0, 1]) },
    dense_1: { kernel: tf.tensor2d([4, -2], [2, 1]), bias: tf.tensor1d([1]) },
  };
  const [y] = model.apply({ params, state: {} }, tf.tensor3d([1, -1], [1, 2, 1]), { training: false });
  expect(y.shape).toEqual([1, 1]);
  expect(y.dataSync()[0]).toBe(-9);
});

test('drops in training only, and takes any activation', async () => {
  const model = mlp({ units: [64, 3], dropoutRate: 0.5, activation: (x) => tf.tanh(x), name: 'head' });
  const { params, state, output } = model.init(key(0), shapeOf([2, 4, 4, 1]));
  expect(model.name).toBe('head');
  expect(output).toEqual(shapeOf([2, 3]));
  expect(flatten<tf.Tensor>(params as Tree).map(({ leaf }) => leaf.size)).toEqual([16 * 64, 64, 64 * 3, 3]);
  const x = tf.ones([2, 4, 4, 1]);
  const apply = (training: boolean, seed: number) =>
    model.apply({ params, state }, x, { training, key: key(seed) })[0].dataSync<'float32'>();
  expect(apply(true, 1)).not.toEqual(apply(true, 2));
  expect(apply(false, 1)).toEqual(apply(false, 2));
  await trackLeaks(() => tf.tidy(() => model.apply({ params, state }, x, { training: true, key: key(1) })[0]));
});

test('says what is wrong', () => {
  expect(() => mlp({ units: [] })).toThrow('mlp: expected the units of at least one layer, got none. ');
  expect(() => mlp({ units: [0] })).toThrow('dense: expected units to be a whole number of at least 1, got 0. ');
});
