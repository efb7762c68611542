import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';

let dispose = (): Promise<void> => Promise.resolve();
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 1 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

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
