import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { reduceLoss } from './reduce-loss.ts';

let losses: tf.Tensor;

beforeAll(async () => {
  await selectBackend([cpu()]);
  losses = tf.tensor2d([1, 2, 3, 6], [2, 2]);
});

test('reduces without weights', () => {
  expect(reduceLoss(losses).dataSync()[0]).toBe(3);
  expect(reduceLoss(losses, { reduction: 'sum' }).dataSync()[0]).toBe(12);
  expect(reduceLoss(losses, { reduction: 'none' }).arraySync()).toEqual([
    [1, 2],
    [3, 6],
  ]);
});

test('weighs, broadcasting, and divides by the weights', () => {
  // Rows weigh 1 and 3: 1 + 2 + 9 + 18 = 30, over 1 + 1 + 3 + 3 = 8.
  const weights = tf.tensor2d([1, 3], [2, 1]);
  expect(reduceLoss(losses, { weights }).dataSync()[0]).toBe(3.75);
  expect(reduceLoss(losses, { weights, reduction: 'sum' }).dataSync()[0]).toBe(30);
  expect(reduceLoss(losses, { weights, reduction: 'none' }).arraySync()).toEqual([
    [1, 2],
    [9, 18],
  ]);
});

test('weight 0 leaves out, also what is not a number, and nothing at all gives 0', () => {
  const some = tf.tensor1d([NaN, Infinity, 5]);
  expect(reduceLoss(some, { weights: tf.tensor1d([0, 0, 2]) }).dataSync()[0]).toBe(5);
  expect(reduceLoss(some, { weights: tf.zeros([3]) }).dataSync()[0]).toBe(0);
});

test('says what is wrong', () => {
  expect(() => reduceLoss(losses, { reduction: 'average' as 'mean' })).toThrow(
    "reduceLoss: expected reduction 'mean', 'sum' or 'none', got 'average'. ",
  );
  expect(() => reduceLoss(losses, { weights: tf.ones([3]) })).toThrow(
    'reduceLoss: expected weights whose shape broadcasts to [2,2], got [3]. ',
  );
  expect(() => reduceLoss(tf.ones([1, 2]), { weights: tf.ones([2, 2]) })).toThrow('broadcasts to [1,2], got [2,2]');
});
