import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { key, shapeOf, type ShapeTree } from '@kumiko/core';
import { conv2d } from './conv2d.ts';
import { relu } from '../activations/relu.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('slides the window without flipping it', () => {
  // [1 2 3; 4 5 6] with kernel [1 10; 100 1000] and bias 0.5:
  // 1*1 + 2*10 + 4*100 + 5*1000 = 5421, 2*1 + 3*10 + 5*100 + 6*1000 = 6532.
  const params = { kernel: tf.tensor4d([1, 10, 100, 1000], [2, 2, 1, 1]), bias: tf.tensor1d([0.5]) };
  const layer = conv2d({ filters: 1, kernelSize: 2 });
  const [y] = layer.apply({ params, state: {} }, tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]), { training: false });
  expect([...y.dataSync()]).toEqual([5421.5, 6532.5]);
});

test('applies the activation, and leaves the bias out when told', () => {
  const x = tf.tensor4d([-1, 2], [1, 1, 2, 1]);
  const params = { kernel: tf.tensor4d([3], [1, 1, 1, 1]) };
  for (const training of [false, true]) {
    const apply = (activation: typeof relu): number[] => [
      ...conv2d({ filters: 1, kernelSize: 1, useBias: false, activation }).apply({ params, state: {} }, x, { training })[0].dataSync(),
    ];
    expect(apply(relu)).toEqual([0, 6]);
    expect(apply((v) => tf.neg(v))).toEqual([3, -6]);
  }
  expect(conv2d({ filters: 1, kernelSize: 1, useBias: false }).init(key(0), shapeOf([1, 1, 1, 1])).params).not.toHaveProperty('bias');
});

test('infers shapes, and draws the same values from the same key', () => {
  const layer = conv2d({ filters: 5, kernelSize: [3, 2], strides: [2, 1], padding: 'same' });
  const first = layer.init(key(3), shapeOf([7, 9, 10, 4]));
  expect(first.output).toEqual(shapeOf([7, 5, 10, 5]));
  const params = first.params as { kernel: tf.Tensor; bias: tf.Tensor };
  expect(params.kernel.shape).toEqual([3, 2, 4, 5]);
  expect([...params.bias.dataSync()]).toEqual([0, 0, 0, 0, 0]);
  const again = layer.init(key(3), shapeOf([1, 9, 10, 4])).params as typeof params;
  const other = layer.init(key(4), shapeOf([1, 9, 10, 4])).params as typeof params;
  expect(again.kernel.dataSync()).toEqual(params.kernel.dataSync());
  expect(other.kernel.dataSync()).not.toEqual(params.kernel.dataSync());
});

test('says what is wrong with an input', () => {
  const layer = conv2d({ filters: 4, kernelSize: 3 });
  const init = (shape: ShapeTree) => () => layer.init(key(0), shape);
  expect(init(shapeOf([32, 784]))).toThrow('conv2d: expected input [batch,height,width,channels], got [32,784]. ');
  expect(init(shapeOf([1, 2, 9, 1]))).toThrow('conv2d: expected an input of at least 3 x 3 positions, got [1,2,9,1]. ');
  expect(init(shapeOf([1, 0, 9, 1]))).toThrow('expected every axis of the input to have a size of at least 1, got [1,0,9,1]');
  expect(init([shapeOf([1, 9, 9, 1])])).toThrow('expected the shape of one tensor, got a tree of shapes');
  const { params, state } = layer.init(key(0), shapeOf([1, 9, 9, 2]));
  expect(() => layer.apply({ params, state }, tf.zeros([1, 9, 9, 3]), { training: false })).toThrow(
    'conv2d: expected input [batch,height,width,2], got [1,9,9,3]. ',
  );
});

test('says what is wrong with an option', () => {
  expect(() => conv2d({ filters: 0, kernelSize: 3 })).toThrow('conv2d: expected filters to be a whole number of at least 1, got 0. ');
  expect(() => conv2d({ filters: 1, kernelSize: [3, 1.5] })).toThrow('expected kernelSize to be a whole number of at least 1, got 1.5');
  expect(() => conv2d({ filters: 1, kernelSize: 3, strides: 0, name: 'stem' })).toThrow('stem: expected strides');
  expect(() => conv2d({ filters: 1, kernelSize: 1, padding: 'full' as 'same' })).toThrow(
    "conv2d: expected padding 'valid', 'same' or a number of zeros, got 'full'. ",
  );
  expect(() => conv2d({ filters: 1, kernelSize: 1, padding: -1 })).toThrow("got '-1'");
  expect(() => conv2d({ filters: 1, kernelSize: [1, 2, 3] as never })).toThrow(
    'expected kernelSize to be one number or 2, got 3 of them. ',
  );
  expect(() => conv2d({ filters: 1, kernelSize: 3, strides: 2, dilationRate: 2 })).toThrow(
    'expected strides or dilationRate to be 1, got 2 x 2 and 2 x 2. ',
  );
  expect(() => conv2d({ filters: 3, kernelSize: 1, groups: 2 })).toThrow(
    'expected groups to divide the filters, got 2 groups of 3 filters. ',
  );
  expect(() => conv2d({ filters: 4, kernelSize: 1, groups: 2 }).init(key(0), shapeOf([1, 3, 3, 5]))).toThrow(
    'expected groups to divide the channels, got 2 groups of 5 channels. ',
  );
});

test('leaves its arguments alone and nothing behind', async () => {
  const layer = conv2d({ filters: 2, kernelSize: 3, activation: relu });
  const x = tf.ones([1, 4, 4, 1]);
  const variables = layer.init(key(0), shapeOf([1, 4, 4, 1]));
  await trackLeaks(() => tf.tidy(() => layer.apply(variables, x, { training: true })[0]));
  expect(x.isDisposed).toBe(false);
  expect((variables.params as { kernel: tf.Tensor }).kernel.isDisposed).toBe(false);
});
