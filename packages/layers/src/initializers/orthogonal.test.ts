import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key } from '@kumiko/core';
import { orthogonal } from './orthogonal.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test.each([
  [[3, 8], false],
  [[8, 3], true],
  [[2, 2, 3, 4], true],
])('%j: orthonormal where there are fewer, times the gain', (shape, byColumns) => {
  const kernel = orthogonal(2)(key(4), shape);
  const matrix = tf.reshape(kernel, [-1, shape.at(-1) as number]);
  const product = tf.matMul(matrix, matrix, byColumns, !byColumns);
  const error = tf.max(tf.abs(tf.sub(product, tf.mul(tf.eye(product.shape[0] as number), 4))));
  expect(error.dataSync()[0]).toBeLessThan(1e-5);
  expect(orthogonal(2)(key(4), shape).dataSync()).toEqual(kernel.dataSync());
});

test('refuses vectors and gains that are none', () => {
  expect(() => orthogonal()(key(0), [3])).toThrow('orthogonal: expected a shape of two axes or more, got [3]. ');
  expect(() => orthogonal(NaN)).toThrow('orthogonal: expected a finite gain, got NaN. ');
});
