import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key, shapeOf } from '@kumiko/core';
import { maxPool2d } from './max-pool2d.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('takes the largest of each window and leaves out what fills none', () => {
  // [ 1 2 | 9 ]
  // [ 4 3 | 9 ] the third column and row fill no window
  // [ 9 9   9 ]
  const x = tf.tensor4d([1, 2, 9, 4, 3, 9, 9, 9, 9], [1, 3, 3, 1]);
  const layer = maxPool2d();
  expect(layer.init(key(0), shapeOf([1, 3, 3, 1]))).toEqual({ params: {}, state: {}, output: shapeOf([1, 1, 1, 1]) });
  expect([...layer.apply({ params: {}, state: {} }, x, { training: false })[0].dataSync()]).toEqual([4]);
});

test('pads with nothing, not with zeros', () => {
  const x = tf.tensor4d([-1, -2, -3], [1, 1, 3, 1]);
  const layer = maxPool2d({ poolSize: [1, 2], padding: 'same' });
  expect([...layer.apply({ params: {}, state: {} }, x, { training: false })[0].dataSync()]).toEqual([-1, -3]);
});

test('says what is wrong', () => {
  expect(() => maxPool2d({ poolSize: 0 })).toThrow('maxPool2d: expected poolSize to be a whole number of at least 1, got 0. ');
  expect(() => maxPool2d().init(key(0), shapeOf([8, 10]))).toThrow('maxPool2d: expected input [batch,height,width,channels], got [8,10]. ');
  expect(() => maxPool2d().init(key(0), shapeOf([8, 1, 1, 3]))).toThrow('expected an input of at least 2 x 2 positions, got [8,1,1,3]');
});
