import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { trackLeaks } from '@kumiko/backend';
import { key, shapeOf, type Layer, type ShapeLeaf } from '@kumiko/core';
import { onEveryBackend } from '@kumiko/testing';
import { relu } from '../activations/relu.ts';
import { relu6 } from '../activations/relu6.ts';
import { conv1dTranspose } from './conv1d-transpose.ts';
import { conv1d } from './conv1d.ts';
import { conv2dTranspose } from './conv2d-transpose.ts';
import { conv2d } from './conv2d.ts';
import { conv3d } from './conv3d.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { separableConv2d } from './separable-conv2d.ts';

const shapes = { 1: [2, 6, 4], 2: [2, 6, 5, 4], 3: [1, 4, 5, 4, 4] } as const;
type Options = { filters: number; kernelSize: number; useBias?: boolean; activation?: typeof relu; name?: string };

const all: readonly (readonly [string, (options: Options) => Layer<tf.Tensor, tf.Tensor>, 1 | 2 | 3])[] = [
  ['conv1d', conv1d, 1],
  ['conv1dTranspose', conv1dTranspose, 1],
  ['conv2d', conv2d, 2],
  ['conv2dTranspose', conv2dTranspose, 2],
  ['conv3d', conv3d, 3],
  ['depthwiseConv2d', depthwiseConv2d, 2],
  ['separableConv2d', separableConv2d, 2],
];

onEveryBackend(() => {
  test.each(all)('%s: computes the same with and without fusing, and leaves nothing behind', async (_name, make, rank) => {
    for (const activation of [relu, relu6]) {
      const layer = make({ filters: 4, kernelSize: 2, activation });
      const variables = layer.init(key(1), shapeOf(shapes[rank]));
      const x = tf.cos(tf.reshape(tf.mul(tf.range(0, tf.util.sizeFromShape([...shapes[rank]])), 3), [...shapes[rank]]));
      const apply = (training: boolean) => trackLeaks(() => tf.tidy(() => layer.apply(variables, x, { training })[0]));
      const [fused, plain] = [await apply(false), await apply(true)];
      expect(shapeOf(fused.shape)).toEqual(variables.output);
      expect(tf.max(tf.abs(tf.sub(fused, plain))).dataSync()[0]).toBeLessThan(1e-5);
      expect(tf.max(fused).dataSync()[0]).toBeGreaterThan(0);
    }
  });
});

test.each(all)('%s: leaves the bias out when told, and says what is wrong', (name, make, rank) => {
  expect(make({ filters: 4, kernelSize: 2, useBias: false }).init(key(0), shapeOf(shapes[rank])).params).not.toHaveProperty('bias');
  expect(() => make({ filters: 4, kernelSize: 0 })).toThrow(`${name}: expected kernelSize to be a whole number of at least 1, got 0. `);
  if (name !== 'depthwiseConv2d') expect(() => make({ filters: 0, kernelSize: 1 })).toThrow('expected filters to be a whole number');
  const layer = make({ filters: 4, kernelSize: 2, name: 'own' });
  expect(() => layer.init(key(0), shapeOf([8, 10]))).toThrow('own: expected input [batch,');
  const variables = layer.init(key(0), shapeOf(shapes[rank]));
  const other = [...shapes[rank].slice(0, -1), 5];
  expect(() => layer.apply(variables, tf.zeros(other), { training: false })).toThrow(
    /^own: expected input \[batch,\w.*,4\], got \[.*,5\]\. /,
  );
});

test('transposed: enlarges as tfjs says, also where the window is smaller than its step', () => {
  const length = (options: Parameters<typeof conv1dTranspose>[0]): number =>
    (conv1dTranspose(options).init(key(0), shapeOf([1, 5, 2])).output as ShapeLeaf).shape[1] as number;
  // in * stride + max(size - stride, 0); in * stride; (in - 1) * stride + size - 2 p.
  expect(length({ filters: 1, kernelSize: 3, strides: 2 })).toBe(11);
  expect(length({ filters: 1, kernelSize: 1, strides: 3 })).toBe(15);
  expect(length({ filters: 1, kernelSize: 3, strides: 2, padding: 'same' })).toBe(10);
  expect(length({ filters: 1, kernelSize: 4, strides: 2, padding: 1 })).toBe(10);
  expect(() => length({ filters: 1, kernelSize: 1, padding: 9 })).toThrow(
    'conv1dTranspose: expected padding to leave something of the output, got 9',
  );
});

test('causal: no position sees a later one, and all positions are there', () => {
  const length = (steps: number, options: object): unknown =>
    conv1d({ filters: 1, kernelSize: 3, padding: 'causal', ...options }).init(key(0), shapeOf([1, steps, 2])).output;
  expect(length(7, {})).toEqual(shapeOf([1, 7, 1]));
  expect(length(2, { dilationRate: 4 })).toEqual(shapeOf([1, 2, 1]));
  expect(length(7, { strides: 2 })).toEqual(shapeOf([1, 4, 1]));
  // 3 2 1 over 1 10 100 with a window of two: 3 * 10, 3 + 20, 2 + 10.
  const params = { kernel: tf.tensor3d([1, 10], [2, 1, 1]) };
  const layer = conv1d({ filters: 1, kernelSize: 2, padding: 'causal', useBias: false });
  tf.tidy(() => {
    const [y] = layer.apply({ params, state: {} }, tf.tensor3d([3, 2, 1], [1, 3, 1]), { training: false });
    expect([...y.dataSync()]).toEqual([30, 23, 12]);
  });
  tf.dispose(params);
  expect(() => conv1d({ filters: 1, kernelSize: 0, padding: 'causal' })).toThrow('conv1d: expected kernelSize to be a whole number');
});

test('transposed: what is added behind lies below the step, beside a number of zeros', () => {
  const output = (outputPadding: number | [number, number], padding: number | 'same' = 1): unknown =>
    conv2dTranspose({ filters: 1, kernelSize: 3, strides: [2, 3], padding, outputPadding }).init(key(0), shapeOf([1, 4, 4, 1])).output;
  // 3 * 2 + 3 - 2 = 7 and 3 * 3 + 3 - 2 = 10.
  expect(output(0)).toEqual(shapeOf([1, 7, 10, 1]));
  expect(output([1, 2])).toEqual(shapeOf([1, 8, 12, 1]));
  expect(() => output(2)).toThrow('conv2dTranspose: expected outputPadding of at least 0 and below strides 2 x 3, got 2 x 2. ');
  expect(() => output(-1)).toThrow('got -1 x -1');
  expect(() => output(1, 'same')).toThrow("conv2dTranspose: expected a number as padding with outputPadding, got 'same'. ");
});
