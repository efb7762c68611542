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

const indices = (shape: number[], limit: number) => ({
  shape,
  dtype: 'int32' as const,
  values: [...testValues(tf.util.sizeFromShape(shape), 9)].map((value) => Math.floor(((value + 1) / 2) * limit)),
});

test('GatherV2 over any axis, with and without batches', () => {
  for (const [shape, at, axis, batchDims] of [
    [[5], [7], 0, 0],
    [[5, 3], [2, 4], 0, 0],
    [[5, 3], [9], 1, 0],
    [[4, 5, 6], [3], 1, 0],
    [[4, 5, 6], [3], 2, 0],
    [[300, 64], [1000], 0, 0],
    [[3, 5, 2], [3, 4], 1, 1],
    [[2, 3, 5, 2], [2, 3, 4], 2, 2],
    [[2, 4, 5, 2], [2, 4], 2, 1],
    [[30_000], [70_000], 0, 0],
  ] as const) {
    const input = indices([...at], shape[axis]!);
    const size = tf.util.sizeFromShape([...shape]);
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      const values = [...testValues(size, 1)].map((value) => (dtype === 'bool' ? Number(value > 0) : Math.round(value * 1000)));
      compareWithCpu('GatherV2', { x: { shape: [...shape], dtype, values }, indices: input }, { axis, batchDims }, 0);
    }
  }
});

test('an index outside the axis is an error, and nothing is left behind', () => {
  tf.tidy(() => {
    const x = tf.zeros([4, 2]);
    const { numTensors } = tf.memory();
    const outside = (index: number) => tf.tidy(() => tf.gather(x, tf.tensor1d([0, index], 'int32')));
    expect(() => outside(4)).toThrow('GatherV2: the index value 4 is not in [0, 3]');
    expect(() => outside(-1)).toThrow('GatherV2: the index value -1 is not in [0, 3]');
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

test('batch dimensions pair rows with their own indices', () => {
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
  // x[b, index[b]]
  const indices = tf.tensor2d([0, 1, 1, 0], [4, 1], 'int32');
  for (let i = 0; i < 50; i++) expect(tf.gather(x, indices, 1, 1).arraySync()).toEqual([[1], [4], [6], [7]]);
  const [dx] = tf.grads((t: tf.Tensor) => tf.gather(t, indices, 1, 1))([x], tf.tensor2d([10, 20, 30, 40], [4, 1]));
  expect((dx as tf.Tensor).arraySync()).toEqual([[10, 0], [0, 20], [0, 30], [40, 0]]); // prettier-ignore
});

test('without them, rows are gathered in any order, for every type', () => {
  const indices = tf.tensor1d([2, 0, 2], 'int32');
  expect(tf.gather(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), indices).arraySync()).toEqual([[5, 6], [1, 2], [5, 6]]); // prettier-ignore
  expect(tf.gather(tf.tensor1d([1, 0, 0], 'bool'), indices).arraySync()).toEqual([0, 1, 0]);
  expect(tf.gather(tf.zeros([0, 3]), tf.tensor1d([], 'int32')).shape).toEqual([0, 3]);
});
