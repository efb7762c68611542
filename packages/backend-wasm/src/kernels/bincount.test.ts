import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

test('counts by hand', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([1, 5, 1, 0, 9], 'int32');
    expect([...tf.bincount(x, tf.tensor1d([]), 6).dataSync()]).toEqual([1, 2, 0, 0, 0, 1]);
    expect([...tf.bincount(x, tf.tensor1d([0.5, 1, 2, 3, 4]), 3).dataSync()]).toEqual([3, 2.5, 0]);
  });
});

test('as on the cpu backend', () => {
  const x = { shape: [1155], dtype: 'int32' as const, values: Array.from({ length: 1155 }, (_, i) => (i * i) % 301) };
  const floats = { shape: [1155], values: x.values.map((value) => value / 8) };
  for (const weights of [{ shape: [0] }, { shape: [0], dtype: 'int32' as const }, floats, x])
    for (const size of [1, 256, 400]) compareWithCpu('Bincount', { x, weights }, { size }, 0);
  compareWithCpu('Bincount', { x: { shape: [0], dtype: 'int32' }, weights: { shape: [0] } }, { size: 3 }, 0);
});

test('a negative value is an error', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    expect(() => tf.bincount(tf.tensor1d([1, -1], 'int32'), tf.tensor1d([]), 3)).toThrow('Input x must be non-negative!');
  });
  expect(tf.memory().numTensors).toBe(before);
});
