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

test.each([
  [0, 7, 1],
  [0, 1155, 1],
  [5, 1, 1],
  [5, 1, -2],
  [-3, 4, 0.5],
  [0.5, 300, 0.25],
  [2, 3, 5],
  [0, 200_000, 1],
  [-8_000_000, 8_000_000, 400],
  [0.1, 9, 0.1],
  [1e6, 1e6 + 50, 0.3],
  // The last bit of the step decides how the sums are rounded.
  [0, 40, 1 + 2 ** -20 + 2 ** -40],
  [0, 2 ** 24 + 8, 4097.5],
  [3, 3, 1],
  [3, 5, -1],
])('Range from %d to %d in steps of %d, as rounded by the cpu backend', (start, stop, step) => {
  compareWithCpu('Range', {}, { start, stop, step, dtype: 'float32' }, 0);
  compareWithCpu('Range', {}, { start, stop, step, dtype: 'int32' }, 0);
});

test.each([1, 2, 3, 4, 5, 1155, 200_000])('LinSpace of %d, each the nearest float', (num) => {
  const values = tf.tidy(() => tf.linspace(-0.3, 1.7, num).dataSync());
  const step = num > 1 ? 2 / (num - 1) : 0;
  expect(values).toHaveLength(num);
  expect(values.findIndex((value, i) => Math.abs(value - (-0.3 + i * step)) > 2 ** -24)).toBe(-1);
});

test('LinSpace of a fraction', () => compareWithCpu('LinSpace', {}, { start: 1, stop: 2, num: 3 }));
