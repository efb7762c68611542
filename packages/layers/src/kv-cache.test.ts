import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { appendToKvCache, kvCache } from './kv-cache.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});
afterEach(() => tf.env().set('DEBUG', false));

const rows = (...values: number[]): tf.Tensor4D => tf.tensor4d(values, [1, 1, values.length, 1]);

test('appends at the position and keeps the shapes', () => {
  let cache = kvCache({ batch: 1, heads: 1, length: 4, size: 1 });
  cache = appendToKvCache(cache, rows(1, 2), rows(5, 6));
  cache = appendToKvCache(cache, rows(3), rows(7));
  expect([...cache.key.dataSync()]).toEqual([1, 2, 3, 0]);
  expect([...cache.value.dataSync()]).toEqual([5, 6, 7, 0]);
  expect([cache.position.dtype, cache.position.arraySync()]).toEqual(['int32', 3]);
});

test('drops what does not fit, and refuses it in debug mode', () => {
  const full = appendToKvCache(kvCache({ batch: 1, heads: 1, length: 3, size: 1 }), rows(1, 2), rows(1, 2));
  expect([...appendToKvCache(full, rows(8, 9), rows(8, 9)).key.dataSync()]).toEqual([1, 2, 8]);
  tf.env().set('DEBUG', true);
  expect(() => appendToKvCache(full, rows(8, 9), rows(8, 9))).toThrow(
    'appendToKvCache: expected room for 2 positions, got 2 of 3 filled. Make a longer cache.',
  );
  expect(() => kvCache({ batch: 1, heads: 1, length: 0, size: 1 })).toThrow(
    'kvCache: expected length to be a whole number of at least 1, got 0. ',
  );
});

test('leaves nothing behind', async () => {
  const cache = kvCache({ batch: 1, heads: 1, length: 4, size: 1, valueSize: 1 });
  const [key, value] = [rows(1), rows(2)];
  await trackLeaks(() => tf.tidy(() => appendToKvCache(cache, key, value).key));
});
