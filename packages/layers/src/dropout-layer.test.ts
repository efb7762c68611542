import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key, keyTensor, shapeOf, type KeyLike } from '@kumiko/core';
import { dropoutLayer } from './dropout-layer.ts';
import { sequential } from './sequential.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

const variables = { params: {}, state: {} };

function apply(rate: number, key: KeyLike): number[] {
  return Array.from(
    dropoutLayer(rate)
      .apply(variables, tf.ones([4000]), { training: true, key })[0]
      .dataSync(),
  );
}

test('drops its share and keeps the mean, by the key', () => {
  const values = apply(0.25, key(3));
  // The others become 1 / 0.75; the share of zeros strays by sqrt(0.25 * 0.75 / 4000) = 0.7 %.
  expect(new Set(values.map((value) => value.toFixed(5)))).toEqual(new Set(['0.00000', '1.33333']));
  const dropped = values.filter((value) => value === 0).length / 4000;
  expect(dropped).toBeGreaterThan(0.22);
  expect(dropped).toBeLessThan(0.28);
  expect(apply(0.25, keyTensor(key(3)))).toEqual(values);
  expect(apply(0.25, key(4))).not.toEqual(values);
});

test('does nothing outside of training or at rate 0', () => {
  const x = tf.ones([3]);
  expect(dropoutLayer(0.9).apply(variables, x, { training: false })[0]).toBe(x);
  expect(dropoutLayer(0).apply(variables, x, { training: true })[0]).toBe(x);
  expect(dropoutLayer(0.5).init(key(0), shapeOf([2, 3]))).toEqual({ ...variables, output: shapeOf([2, 3]) });
});

test('two layers of a chain drop differently', () => {
  const model = sequential([dropoutLayer(0.5), dropoutLayer(0.5)]);
  const [y] = model.apply(variables, tf.ones([4000]), { training: true, key: key(1) });
  // Alike they would leave a half, apart they leave a quarter.
  const left = y.dataSync().filter((value) => value > 0).length / 4000;
  expect(left).toBeGreaterThan(0.22);
  expect(left).toBeLessThan(0.28);
});

test('says what is wrong', () => {
  expect(() => dropoutLayer(1)).toThrow('dropout: expected rate in [0, 1), got 1. ');
  expect(() => dropoutLayer(0.5).apply(variables, tf.ones([1]), { training: true })).toThrow(
    'dropout: expected a key in training, got none. ',
  );
});
