import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

test('long runs of few values', () => {
  for (const count of [1000, 1001, 1002, 1003]) {
    const x = { shape: [count], dtype: 'int32' as const, values: Array.from({ length: count }, (_, i) => Math.floor(i / 150)) };
    for (const dtype of ['float32', 'int32'] as const) compareWithCpu('Bincount', { x, weights: { shape: [0], dtype } }, { size: 7 }, 0);
  }
});

test('a negative value is an error', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    expect(() => tf.bincount(tf.tensor1d([1, -1], 'int32'), tf.tensor1d([]), 3)).toThrow('Input x must be non-negative!');
  });
  expect(tf.memory().numTensors).toBe(before);
});

describe('DenseBincount', () => {
  const x = { shape: [33, 35], dtype: 'int32' as const, values: Array.from({ length: 1155 }, (_, i) => (i * i) % 301) };
  const weights = { shape: [33, 35], values: x.values.map((value) => value / 8) };
  const nothing = { shape: [0] };

  test.each([true, false])('as on the cpu backend, of whether a value occurs: %s', (binaryOutput) => {
    for (const size of [1, 256, 400]) {
      for (const each of [weights, nothing, x, { ...nothing, dtype: 'int32' as const }]) {
        compareWithCpu('DenseBincount', { x, weights: each }, { size, binaryOutput }, 0);
        const vector = { ...each, shape: [tf.util.sizeFromShape(each.shape)] };
        compareWithCpu('DenseBincount', { x: { ...x, shape: [1155] }, weights: vector }, { size, binaryOutput }, 0);
      }
    }
  });

  test('a negative value is an error', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      expect(() => tf.denseBincount(tf.tensor2d([[1, -1]], [1, 2], 'int32'), tf.tensor2d([], [0, 2]), 3)).toThrow(
        'Input x must be non-negative!',
      );
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('many values are counted in parts', () => {
  const x = { shape: [600_001], dtype: 'int32' as const, values: Array.from({ length: 600_001 }, (_, i) => (i * 7919) % 1009) };
  for (const dtype of ['float32', 'int32'] as const) {
    compareWithCpu('Bincount', { x, weights: { shape: [0], dtype } }, { size: 1000 }, 0);
    compareWithCpu('DenseBincount', { x, weights: { shape: [0], dtype } }, { size: 1000, binaryOutput: false }, 0);
  }
  tf.tidy(() => {
    const negative = tf.tensor1d([...x.values.slice(0, 400_000), -1], 'int32');
    expect(() => tf.bincount(negative, tf.tensor1d([]), 1000)).toThrow('Input x must be non-negative!');
  });
});
