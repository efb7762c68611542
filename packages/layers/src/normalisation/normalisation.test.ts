import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { key, shapeOf, type Layer } from '@kumiko/core';
import { batchNorm } from './batch-norm.ts';
import { groupNorm } from './group-norm.ts';
import { instanceNorm } from './instance-norm.ts';
import { layerNorm } from './layer-norm.ts';
import { rmsNorm } from './rms-norm.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

const all: readonly (readonly [string, (options: { epsilon?: number; name?: string }) => Layer<tf.Tensor, tf.Tensor>])[] = [
  ['batchNorm', batchNorm],
  ['groupNorm', (options) => groupNorm({ ...options, groups: 1 })],
  ['instanceNorm', instanceNorm],
  ['layerNorm', layerNorm],
  ['rmsNorm', rmsNorm],
];

test.each(all)('%s: starts as the identity behind the normalisation, and leaves nothing behind', async (_name, make) => {
  const layer = make({});
  const x = tf.tensor3d([1, -1, 1, -1, -1, 1, -1, 1], [1, 4, 2]);
  const variables = layer.init(key(0), shapeOf([1, 4, 2]));
  const [y] = await trackLeaks(() => tf.tidy(() => layer.apply(variables, x, { training: true })));
  // Mean 0, variance 1 along every axis: y = x / sqrt(1 + epsilon).
  for (const [i, value] of y.dataSync().entries()) expect(value).toBeCloseTo([1, -1, 1, -1, -1, 1, -1, 1][i] as number, 3);
});

test.each(all)('%s: constant inputs give 0, and large ones stay finite', (name, make) => {
  const layer = make({});
  const variables = layer.init(key(0), shapeOf([2, 3, 2]));
  const apply = (value: number): number[] => [...layer.apply(variables, tf.fill([2, 3, 2], value), { training: true })[0].dataSync()];
  if (name !== 'rmsNorm') expect(apply(7)).toEqual(Array.from({ length: 12 }, () => 0));
  for (const value of apply(1e15)) expect(Number.isFinite(value)).toBe(true);
  expect(apply(NaN).every((value) => Number.isNaN(value))).toBe(true);
});

test.each(all)('%s: says what is wrong', (name, make) => {
  expect(() => make({ epsilon: 0 })).toThrow(`${name}: expected epsilon > 0, got 0. `);
  expect(() => make({ name: 'own' }).init(key(0), shapeOf([3]))).toThrow('own: expected input [batch,...,channels], got [3]. ');
  const layer = make({});
  const variables = layer.init(key(0), shapeOf([2, 3, 4]));
  expect(() => layer.apply(variables, tf.zeros([2, 3, 5]), { training: false })).toThrow(
    `${name}: expected input [batch,...,4], got [2,3,5]. `,
  );
});

test('groups must divide the channels, and instances need positions', () => {
  expect(() => groupNorm({ groups: 0 })).toThrow('groupNorm: expected groups to be a whole number of at least 1, got 0. ');
  expect(() => groupNorm({ groups: 3 }).init(key(0), shapeOf([1, 2, 4]))).toThrow(
    'groupNorm: expected groups to divide the channels, got 3 groups of 4 channels. ',
  );
  expect(() => instanceNorm().init(key(0), shapeOf([1, 4]))).toThrow(
    'instanceNorm: expected input [batch,positions...,channels], got [1,4]. ',
  );
});

test('batchNorm: a batch of one value moves the variance towards 0, and evaluation moves nothing', () => {
  const layer = batchNorm({ momentum: 0.75 });
  const { params, state } = layer.init(key(0), shapeOf([1, 1]));
  const [y, next] = layer.apply({ params, state }, tf.tensor2d([[8]]), { training: true });
  expect([...y.dataSync()]).toEqual([0]);
  const moved = next.state as { movingMean: tf.Tensor; movingVariance: tf.Tensor };
  // 0.75 * 0 + 0.25 * 8 and 0.75 * 1 + 0.25 * 0.
  expect([moved.movingMean.dataSync()[0], moved.movingVariance.dataSync()[0]]).toEqual([2, 0.75]);
  expect(layer.apply({ params, state }, tf.tensor2d([[8]]), { training: false })[1].state).toBe(state);
  expect(() => batchNorm({ momentum: 1.1 })).toThrow('batchNorm: expected momentum in [0, 1], got 1.1. ');
});
