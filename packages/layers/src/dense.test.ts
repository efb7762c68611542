import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { key, shapeOf } from '@kumiko/core';
import { dense } from './dense.ts';
import { relu } from './activations/relu.ts';

let params: { kernel: tf.Tensor2D; bias: tf.Tensor1D };

beforeAll(async () => {
  await selectBackend([cpu()]);
  params = { kernel: tf.tensor2d([1, 10, 100, 1000, -1, -10], [2, 3]), bias: tf.tensor1d([0.5, 0, 0]) };
});

test('multiplies rows by the kernel and adds the bias', () => {
  // [1 2] kernel = [1 + 2000, 10 - 2, 100 - 20].
  const [y] = dense({ units: 3 }).apply({ params, state: {} }, tf.tensor2d([[1, 2]]), { training: false });
  expect(y.arraySync()).toEqual([[2001.5, 8, 80]]);
});

test('applies the activation in and out of training', () => {
  // [0 1] kernel + bias = [1000.5, -1, -10].
  for (const training of [false, true]) {
    const [y] = dense({ units: 3, activation: relu }).apply({ params, state: {} }, tf.tensor2d([[0, 1]]), { training });
    expect(y.arraySync()).toEqual([[1000.5, 0, 0]]);
  }
});

test('keeps leading axes', () => {
  const { output } = dense({ units: 3 }).init(key(0), shapeOf([4, 5, 2]));
  expect(output).toEqual(shapeOf([4, 5, 3]));
  const [y] = dense({ units: 3 }).apply({ params, state: {} }, tf.zeros([4, 5, 2]), { training: false });
  expect(y.shape).toEqual([4, 5, 3]);
});

test('says what is wrong', () => {
  expect(() => dense({ units: 2.5 })).toThrow('dense: expected units to be a whole number of at least 1, got 2.5. ');
  expect(() => dense({ units: 2 }).init(key(0), shapeOf([8]))).toThrow('dense: expected input [batch,...,features], got [8]. ');
  expect(() => dense({ units: 3, name: 'head' }).apply({ params, state: {} }, tf.zeros([1, 4]), { training: false })).toThrow(
    'head: expected input [batch,...,2], got [1,4]. ',
  );
});

test('leaves nothing behind', async () => {
  const x = tf.ones([4, 5, 2]);
  await trackLeaks(() => tf.tidy(() => dense({ units: 3, activation: relu }).apply({ params, state: {} }, x, { training: false })[0]));
});
