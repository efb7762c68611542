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

function compare(shape: number[], ids: number[], numSegments: number) {
  compareWithCpu(
    tf.UnsortedSegmentSum,
    { x: { shape }, segmentIds: { shape: [ids.length], dtype: 'int32', values: ids } },
    { numSegments },
  );
}

test('rows add up by id; ids out of range are dropped; a segment without rows is 0', () => {
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
  const sum = tf.unsortedSegmentSum(x, tf.tensor1d([2, -1, 2, 3], 'int32'), 3);
  expect(sum.arraySync()).toEqual([[0, 0], [0, 0], [6, 8]]); // prettier-ignore
});

test.each([1, 2, 3, 4, 5, 17, 64])('rows of %s', (size) => compare([6, size], [0, 2, 1, 2, 5, -3], 4));

test('one axis, several axes, no rows, no segments', () => {
  compare([5], [0, 1, 0, 3, 9], 4);
  compare([3, 2, 5], [1, 1, 0], 2);
  compare([0, 3], [], 2);
  expect(tf.unsortedSegmentSum(tf.ones([2, 3]), tf.tensor1d([0, 1], 'int32'), 0).shape).toEqual([0, 3]);
});

test('integers add up as floats', () => {
  const segmentIds = { shape: [3], dtype: 'int32' as const, values: [1, 1, 0] };
  compareWithCpu(
    tf.UnsortedSegmentSum,
    { x: { shape: [3, 2], dtype: 'int32', values: [1, 2, 3, 4, 5, 6] }, segmentIds },
    { numSegments: 2 },
  );
});

test('parts by columns and by segments', () => {
  const ids = Array.from({ length: 3000 }, (_, i) => (i * 7) % 11);
  compare([3000, 70], ids, 11);
  compare([30_000, 5], Array.from({ length: 30_000 }, (_, i) => (i * 7) % 11), 11); // prettier-ignore
});

test('the gradient of gather runs on it', () => {
  const gradient = tf.grad((x: tf.Tensor) => tf.gather(x, tf.tensor1d([1, 1, 0], 'int32')))(tf.ones([3, 2]));
  expect(gradient.arraySync()).toEqual([[1, 1], [2, 2], [0, 0]]); // prettier-ignore
});
