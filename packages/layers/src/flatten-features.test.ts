import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key, shapeOf } from '@kumiko/core';
import { flattenFeatures } from './flatten-features.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('joins all axes but the first in row-major order', () => {
  const layer = flattenFeatures();
  const x = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
  expect(layer.init(key(0), shapeOf([2, 2, 2], 'int32')).output).toEqual(shapeOf([2, 4], 'int32'));
  expect(layer.apply({ params: {}, state: {} }, x, { training: false })[0].arraySync()).toEqual([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
});

test('gives a batch of scalars one feature', () => {
  expect(flattenFeatures().init(key(0), shapeOf([5])).output).toEqual(shapeOf([5, 1]));
  expect(flattenFeatures().apply({ params: {}, state: {} }, tf.ones([5]), { training: false })[0].shape).toEqual([5, 1]);
  expect(() => flattenFeatures().init(key(0), shapeOf([]))).toThrow('flatten: expected input [batch,...], got []. ');
});
