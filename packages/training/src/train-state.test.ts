import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { disposeTree, generator, key, leaves, shapeOf, type Layer, type Transform } from '@kumiko/core';
import { initTrainState } from './train-state.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('draws from the key, keeps only the state, and outlives a tidy', () => {
  const model: Layer = {
    name: 'noise',
    init: (seed, output) => ({ params: { w: tf.add(tf.tensor1d(generator(seed).normals(3)), 0) }, state: {}, output }),
    apply: ({ state }, x) => [x, { state }],
  };
  const optimizer: Transform = {
    name: 'copy',
    init: (params) => ({ start: tf.clone((params as { w: tf.Tensor }).w) }),
    update: (grads, state) => [grads, state],
  };
  const make = (seed: number) => tf.tidy(() => initTrainState({ model, optimizer, key: key(seed), input: shapeOf([1]) }));
  const before = tf.memory().numTensors;
  const [a, b, c] = [make(1), make(1), make(2)];
  const values = (state: typeof a): number[][] => leaves<tf.Tensor>(state).map((leaf) => Array.from(leaf.dataSync()));
  expect(values(a)).toEqual(values(b));
  expect(values(a)[0]).not.toEqual(values(c)[0]);
  expect(values(a)[2]).not.toEqual(values(c)[2]);
  expect([a.key.dtype, a.key.shape]).toEqual(['int32', [2]]);
  expect(tf.memory().numTensors).toBe(before + 9);
  disposeTree([a, b, c]);
  expect(tf.memory().numTensors).toBe(before);
});
