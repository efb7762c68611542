import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key, shapeOf } from '@kumiko/core';
import { patchEmbedding } from './patch-embedding.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('maps patches, row after row', () => {
  const layer = patchEmbedding({ patchSize: [1, 2], units: 2 });
  // Patches [1,2], [3,4], [5,6], [7,8]; outputs their first value plus 0.5, and their sum.
  const params = { kernel: tf.tensor4d([1, 1, 0, 1], [1, 2, 1, 2]), bias: tf.tensor1d([0.5, 0]) };
  const image = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 1]);
  const [y] = layer.apply({ params, state: {} }, image, { training: false });
  expect(y.arraySync()).toEqual([[[1.5, 3], [3.5, 7], [5.5, 11], [7.5, 15]]]); // prettier-ignore
  expect(layer.init(key(0), shapeOf([3, 2, 4, 1])).output).toEqual(shapeOf([3, 4, 2]));
});

test('says what is wrong', () => {
  const layer = patchEmbedding({ patchSize: 4, units: 2 });
  expect(() => layer.init(key(0), shapeOf([1, 8, 6, 1]))).toThrow(
    'patchEmbedding: expected an image that patches of 4 x 4 fill, got [1,8,6,1]. ',
  );
  expect(() => patchEmbedding({ patchSize: 0, units: 2 })).toThrow('patchEmbedding: expected patchSize');
});
