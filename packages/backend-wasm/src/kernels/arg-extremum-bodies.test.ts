import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { argExtremumBodies } from './arg-extremum-bodies.ts';
import { compareWithCpu, testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const cases: readonly (readonly [shape: number[], axis: number])[] = [
  [[1], 0],
  [[7], 0],
  [[8], 0],
  [[1003], 0],
  [[5, 9], 1],
  [[300, 301], 1],
  [[9, 5], 0],
  [[301, 37], 0],
  [[300, 512], 0],
  [[4, 6, 33], 1],
  [[5, 1, 3], 1],
];

test.each([...argExtremumBodies.keys()])('%s over any axis, with ties', (name) => {
  for (const [shape, axis] of cases) {
    const random = [...testValues(tf.util.sizeFromShape(shape), 2)];
    compareWithCpu(name, { x: { shape, values: random } }, { axis }, 0);
    const ties = random.map((value) => Math.round(value * 3));
    compareWithCpu(name, { x: { shape, values: ties } }, { axis }, 0);
    compareWithCpu(name, { x: { shape, values: ties, dtype: 'int32' } }, { axis }, 0);
  }
});

test('NaN, infinities and zeros', () => {
  const rows = [
    [NaN, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, NaN, 2, -3, NaN, 5, 6, NaN, 8, 1],
    [NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN],
    [-Infinity, -Infinity, -Infinity, 1, Infinity, Infinity, -Infinity, 0, 0, 0],
    [0, -0, 0, -0, 0, -0, 0, -0, 0, -0],
    [-0, 0, 0, -0, 0, -0, 0, -0, 0, -0],
  ];
  for (const name of argExtremumBodies.keys()) {
    compareWithCpu(name, { x: { shape: [6, 10], values: rows.flat() } }, { axis: 1 }, 0);
    compareWithCpu(name, { x: { shape: [10, 6], values: rows[0]!.flatMap((_, i) => rows.map((row) => row[i]!)) } }, { axis: 0 }, 0);
  }
  expect([...tf.tidy(() => tf.argMax(tf.tensor1d([1, 3, 3])).dataSync())]).toEqual([1]);
});
