import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

type Shape = [number, number, number, number];
type Options = Readonly<{ strides?: [number, number]; pad?: 'same' | 'valid' | number }>;

/** Runs a case whose dy has the shape that the convolution would give. */
function compare(x: Shape, filter: Shape, { strides = [1, 1], pad = 'same' }: Options = {}) {
  const { outShape } = tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, undefined, true);
  const attrs = { strides, pad, dilations: 1, filterShape: filter } as tf.NamedAttrMap;
  compareWithCpu(tf.DepthwiseConv2dNativeBackpropFilter, { x: { shape: x }, dy: { shape: outShape } }, attrs, 1e-4);
}

test('a case by hand, with dilation 2', () => {
  // x = [1, 2, 3, 4], dy = [10, 100]: dW[0] = 1 * 10 + 2 * 100 = 210, dW[1] = 3 * 10 + 4 * 100 = 430.
  tf.tidy(() => {
    const attrs = { strides: [1, 1], pad: 'valid', dilations: [1, 2], filterShape: [1, 2, 1, 1] };
    const inputs = { x: tf.tensor4d([1, 2, 3, 4], [1, 1, 4, 1]), dy: tf.tensor4d([10, 100], [1, 1, 2, 1]) };
    const dW: tf.Tensor = tf.engine().runKernel(tf.DepthwiseConv2dNativeBackpropFilter, inputs, attrs);
    expect([...dW.dataSync()]).toEqual([210, 430]);
  });
});

test.each([1, 2, 3, 4, 5, 16, 19, 40])('%s channels', (channels) => compare([2, 6, 5, channels], [3, 3, channels, 1]));

test.each([2, 3, 4, 5])('%s outputs for each input', (multiplier) => {
  compare([2, 5, 6, 3], [3, 2, 3, multiplier]);
  compare([1, 5, 6, 8], [3, 2, 8, multiplier]);
});

test.each<[string, Shape, Shape, Options]>([
  ['one point', [1, 1, 1, 1], [1, 1, 1, 1], {}],
  ['strides', [2, 9, 10, 6], [3, 3, 6, 1], { strides: [2, 3] }],
  ['strides above the filter', [2, 9, 10, 6], [2, 2, 6, 1], { strides: [4, 3], pad: 'valid' }],
  ['a number as padding', [2, 5, 5, 4], [3, 3, 4, 2], { pad: 2 }],
  ['a filter larger than the image', [1, 2, 2, 5], [5, 5, 5, 1], {}],
  ['many parts', [5, 24, 24, 36], [3, 3, 36, 1], {}],
  ['no images', [0, 5, 5, 4], [3, 3, 4, 1], {}],
])('%s', (_, x, filter, options) => compare(x, filter, options));
