import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu, testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const few = (size: number) => Array.from(testValues(size, 4), (value) => Math.round(value * 8));

test.each(['float32', 'int32', 'bool'] as const)('of %s along any axis', (dtype) => {
  const values = (size: number) => few(size).map((value) => (dtype === 'bool' ? Number(value > 0) : value));
  for (const shape of [[1], [7], [1155], [20_000]])
    compareWithCpu('Unique', { x: { shape, dtype, values: values(shape[0]!) } }, { axis: 0 }, 0);
  for (const axis of [0, 1, 2, -1]) {
    const shape = [6, 5, 4].with(axis, 70);
    const size = shape[0]! * shape[1]! * shape[2]!;
    compareWithCpu('Unique', { x: { shape, dtype, values: values(size) } }, { axis }, 0);
    // Slices that repeat.
    const line = shape.slice(axis === -1 ? 3 : axis + 1).reduce((a, b) => a * b, 1);
    const repeated = Array.from({ length: size }, (_, i) => ((Math.floor(i / line) % 70) % 7) & 1);
    compareWithCpu('Unique', { x: { shape, dtype, values: repeated } }, { axis }, 0);
  }
});

test('zeros have no sign, all NaN are one, and what comes first is kept', () => {
  const x = { shape: [8], values: [-0, NaN, 0, Infinity, NaN, -Infinity, 1e-45, -0] };
  compareWithCpu('Unique', { x }, { axis: 0 }, 0);
  const first = tf.tidy(() => tf.unique(tf.tensor1d([-0, 0])).values.dataSync());
  expect(Object.is(first[0], -0)).toBe(true);
});

test('of nothing, and of strings', () => {
  compareWithCpu('Unique', { x: { shape: [0] } }, { axis: 0 }, 0);
  tf.tidy(() => {
    const { values, indices } = tf.unique(tf.tensor1d(['b', 'a', 'b']));
    expect(values.dataSync()).toEqual(['b', 'a']);
    expect([...indices.dataSync()]).toEqual([0, 1, 0]);
  });
});
