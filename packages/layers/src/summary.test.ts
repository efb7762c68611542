import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { shapeOf, type Layer } from '@kumiko/core';
import { conv2d } from './convolution/conv2d.ts';
import { dense } from './dense.ts';
import { flattenFeatures } from './flatten-features.ts';
import { maxPool2d } from './pooling/max-pool2d.ts';
import { sequential } from './sequential.ts';
import { summary } from './summary.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('prints a row a layer and the total', () => {
  const before = tf.memory().numTensors;
  const features = sequential([conv2d({ filters: 32, kernelSize: 3 }), maxPool2d()], { name: 'features' });
  // 3*3*1*32 + 32 = 320; 13*13*32 = 5408; 5408*10 + 10 = 54,090.
  expect(summary(sequential([features, flattenFeatures(), dense({ units: 10 })]), shapeOf([1, 28, 28, 1]))).toBe(
    [
      'layer               output        parameters',
      'features/conv2d     [1,26,26,32]         320',
      'features/maxPool2d  [1,13,13,32]           0',
      'flatten             [1,5408]               0',
      'dense               [1,10]            54,090',
      'total                                 54,410',
    ].join('\n'),
  );
  expect(tf.memory().numTensors).toBe(before);
});

test('describes a single layer, and counts state apart', () => {
  const layer: Layer = {
    name: 'average',
    init: (_key, input) => ({ params: {}, state: { mean: tf.zeros([3]) }, output: input }),
    apply: ({ state }, x) => [x, { state }],
  };
  expect(summary(layer, shapeOf([2, 3])).split('\n')).toEqual([
    'layer    output  parameters',
    'average  [2,3]            0',
    'total                     0',
    'state                     3',
  ]);
});
