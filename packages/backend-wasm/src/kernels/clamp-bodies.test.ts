import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { clampBodies } from './clamp-bodies.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-40, -1e-40, 3.4e38, -3.4e38, -0.75, 2, 6, 7, 0.5, -0.5];

test.each([...clampBodies.keys()])('%s of special values, of odd sizes and of parts', (name) => {
  const attrs = { clipValueMin: -0.75, clipValueMax: 2 };
  compareWithCpu(name, { x: { shape: [2, special.length], values: [...special, ...special] } }, attrs, 0);
  for (const size of [0, 1, 2, 3, 5, 31, 1025, 65_539, 200_003]) compareWithCpu(name, { x: { shape: [size] } }, attrs, 0);
  compareWithCpu(name, { x: { shape: [2, 3, 1], dtype: 'int32', values: [1, -2, 3, 40, 5, 6] } }, attrs, 0);
});

test('which zero comes out is as on the cpu backend', () => {
  const isNegativeZero = (values: ArrayLike<number>) => Array.from(values, (value) => Object.is(value, -0));
  const zeros = tf.tensor1d([-0, 0]);
  expect(isNegativeZero(tf.tidy(() => tf.clipByValue(zeros, 0, 1)).dataSync())).toEqual([true, false]);
  expect(isNegativeZero(tf.tidy(() => tf.relu6(zeros)).dataSync())).toEqual([false, false]);
  zeros.dispose();
});
