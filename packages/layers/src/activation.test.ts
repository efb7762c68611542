import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key, shapeOf } from '@kumiko/core';
import { activation } from './activation.ts';
import { relu } from './activations/relu.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('applies any function of each element', () => {
  const layer = activation(relu);
  expect(layer.init(key(0), shapeOf([2, 3]))).toEqual({ params: {}, state: {}, output: shapeOf([2, 3]) });
  const x = tf.tensor1d([-2, -0.5, 0, 3]);
  expect([...layer.apply({ params: {}, state: {} }, x, { training: true })[0].dataSync()]).toEqual([0, 0, 0, 3]);
  const double = activation((v) => tf.mul(v, 2), { name: 'double' });
  expect(double.name).toBe('double');
  expect([...double.apply({ params: {}, state: {} }, x, { training: true })[0].dataSync()]).toEqual([-4, -1, 0, 6]);
});
