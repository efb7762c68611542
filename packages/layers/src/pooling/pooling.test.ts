import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { key, shapeOf, type Layer } from '@kumiko/core';
import { pixelShuffle } from '../pixels/pixel-shuffle.ts';
import { pixelUnshuffle } from '../pixels/pixel-unshuffle.ts';
import { upSampling2d } from '../pixels/up-sampling2d.ts';
import { adaptiveAveragePool } from './adaptive-average-pool.ts';
import { adaptiveMaxPool } from './adaptive-max-pool.ts';
import { averagePool2d } from './average-pool2d.ts';
import { globalAveragePool } from './global-average-pool.ts';
import { maxPool1d } from './max-pool1d.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

function apply(layer: Layer<tf.Tensor, tf.Tensor>, x: tf.Tensor): number[] {
  return [...layer.apply({ params: {}, state: {} }, x, { training: false })[0].dataSync()];
}

test('a mean does not count the border', () => {
  // Windows of 2 around [4, 8] padded by one: [4], [4 8], [8].
  const x = tf.tensor4d([4, 8], [1, 1, 2, 1]);
  expect(apply(averagePool2d({ poolSize: [1, 2], strides: 1, padding: 'same' }), x)).toEqual([6, 8]);
});

test('adaptive parts overlap where they must', () => {
  // 5 values in 3 parts: [0,2), [1,4), [3,5).
  const x = tf.tensor3d([1, 2, 3, 4, 6], [1, 5, 1]);
  expect(apply(adaptiveAveragePool({ outputSize: [3] }), x)).toEqual([1.5, 3, 5]);
  expect(apply(adaptiveMaxPool({ outputSize: [3] }), x)).toEqual([2, 4, 6]);
});

test('shuffling and unshuffling are inverse, and rows of pixels come from neighbouring channels', async () => {
  const x = tf.tensor4d([1, 2, 3, 4], [1, 1, 1, 4]);
  expect(apply(pixelShuffle({ factor: 2 }), x)).toEqual([1, 2, 3, 4]);
  const large = tf.reshape(tf.range(0, 2 * 4 * 6 * 3), [2, 4, 6, 3]);
  const small = await trackLeaks(() =>
    tf.tidy(() => pixelUnshuffle({ factor: 2 }).apply({ params: {}, state: {} }, large, { training: false })[0]),
  );
  expect(apply(pixelShuffle({ factor: 2 }), small)).toEqual([...large.dataSync()]);
});

test('says what is wrong', () => {
  expect(() => maxPool1d().init(key(0), shapeOf([1, 1, 4]))).toThrow('maxPool1d: expected an input of at least 2 positions, got [1,1,4]. ');
  expect(() => averagePool2d({ padding: 'full' as 'same' })).toThrow("averagePool2d: expected padding 'valid', 'same' or a number");
  expect(() => globalAveragePool().init(key(0), shapeOf([1, 4]))).toThrow(
    'globalAveragePool: expected input [batch,positions...,channels], got [1,4]. ',
  );
  expect(() => adaptiveMaxPool({ outputSize: [0] })).toThrow(
    'adaptiveMaxPool: expected outputSize to be a whole number of at least 1, got 0. ',
  );
  expect(() => adaptiveMaxPool({ outputSize: [2] }).init(key(0), shapeOf([1, 4, 4, 1]))).toThrow(
    'adaptiveMaxPool: expected input with 1 axes between batch and channels, got [1,4,4,1]. ',
  );
  expect(() => pixelShuffle({ factor: 2 }).init(key(0), shapeOf([1, 4, 4, 6]))).toThrow(
    'pixelShuffle: expected channels in multiples of 4, got 6. ',
  );
  expect(() => pixelUnshuffle({ factor: 2 }).init(key(0), shapeOf([1, 4, 5, 6]))).toThrow(
    'pixelUnshuffle: expected height and width in multiples of 2, got [1,4,5,6]. ',
  );
  expect(() => upSampling2d({ interpolation: 'cubic' as 'nearest' })).toThrow(
    "upSampling2d: expected interpolation 'nearest' or 'bilinear', got 'cubic'. ",
  );
});
