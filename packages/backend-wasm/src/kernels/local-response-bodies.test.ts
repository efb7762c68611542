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

type Shape = [number, number, number, number];
const plain = { depthRadius: 2, bias: 1, alpha: 0.5, beta: 0.75 };

describe.each(['LRN', 'LRNGrad'])('%s', (kernel) => {
  const compare = (shape: Shape, attrs: Partial<typeof plain> = {}, values?: readonly number[]) => {
    const x = { shape, ...(values && { values }) };
    compareWithCpu(kernel, kernel === 'LRN' ? { x } : { x, y: { shape }, dy: { shape } }, { ...plain, ...attrs });
  };

  test.each([1, 2, 3, 4, 5, 8, 15, 18])('%s channels', (channels) => compare([2, 3, 4, channels]));

  test.each([0, 1, 3, 4, 7, 100])('radius %s', (depthRadius) => compare([1, 2, 3, 7], { depthRadius }));

  test.each([0, 0.25, 0.5, 1, 2, -0.5])('beta %s', (beta) => compare([1, 3, 3, 6], { beta, alpha: 2, bias: 0.5 }));

  test('parts', () => compare([4, 21, 20, 18]));

  test('very large and very small inputs', () => compare([1, 1, 2, 4], {}, [1e15, -1e12, 1e-12, 3, 1e-20, 0, -1e-6, 1e8]));

  test('no images', () => compare([0, 2, 2, 3]));
});

test('NaN stays within its pixel and its window', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([Number.NaN, 1, 1, 1, 1, 1, 1, 1], [1, 1, 2, 4]);
    const y = tf.localResponseNormalization(x, 1, 1, 1, 0.5).dataSync();
    expect([...y].map(Number.isNaN)).toEqual([true, true, false, false, false, false, false, false]);
  });
});

test('by hand', () => {
  // Channels 3 and 4 of radius 1: 3 / (1 + 25)^0.5 and 4 / (1 + 25)^0.5.
  tf.tidy(() => {
    const y = tf.localResponseNormalization(tf.tensor4d([3, 4], [1, 1, 1, 2]), 1, 1, 1, 0.5).dataSync();
    expect(y[0]).toBeCloseTo(3 / Math.sqrt(26), 6);
    expect(y[1]).toBeCloseTo(4 / Math.sqrt(26), 6);
  });
});
