import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '../wasm.ts';
import { compareWithCpu, testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const sizes = [0, 1, 5, 16, 37, 255, 256, 1003, 150_001];
const bools = (size: number, seed: number) => ({
  shape: [size],
  dtype: 'bool' as const,
  values: [...testValues(size, seed)].map((value) => Number(value > 0)),
});

test('Select of floats and integers', () => {
  for (const size of sizes) {
    const condition = bools(size, 1);
    compareWithCpu('Select', { condition, t: { shape: [size] }, e: { shape: [size] } }, {}, 0);
    const whole = (seed: number) => ({
      shape: [size],
      dtype: 'int32' as const,
      values: [...testValues(size, seed)].map((v) => Math.round(v * 2 ** 30)),
    });
    compareWithCpu('Select', { condition, t: whole(3), e: whole(4) }, {}, 0);
  }
  compareWithCpu('Select', { condition: { ...bools(600, 1), shape: [30, 20] }, t: { shape: [30, 20] }, e: { shape: [30, 20] } }, {}, 0);
});

test('Select of bools, which stock would write beyond their end', () => {
  for (const size of sizes) compareWithCpu('Select', { condition: bools(size, 1), t: bools(size, 2), e: bools(size, 3) }, {}, 0);
  compareWithCpu(
    'Select',
    { condition: bools(30, 1), t: { ...bools(600, 2), shape: [30, 20] }, e: { ...bools(600, 3), shape: [30, 20] } },
    {},
    0,
  );
});

test('Select keeps the bits of NaN and of both zeros', () => {
  const size = 320;
  const condition = tf.tensor1d(
    Array.from({ length: size }, (_, i) => i % 2),
    'bool',
  );
  const values = tf.tidy(() => tf.where(condition, tf.fill([size], -0), tf.fill([size], NaN)).dataSync());
  condition.dispose();
  expect(Object.is(values[1], -0)).toBe(true);
  expect(values[0]).toBe(NaN);
});

test('AddN of up to eight, and of more', () => {
  for (const size of sizes)
    for (const count of [1, 2, 3, 8, 9])
      compareWithCpu(
        'AddN',
        Array.from({ length: count }, () => ({ shape: [size] })),
        {},
        1e-6,
      );
  compareWithCpu(
    'AddN',
    [
      { shape: [300], dtype: 'int32' },
      { shape: [300], dtype: 'int32' },
    ],
    {},
    0,
  );
});

test('LogicalNot', () => {
  for (const size of sizes) compareWithCpu('LogicalNot', { x: bools(size, 2) }, {}, 0);
});
