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
  const attrs = { strides, pad, dilations: 1, inputShape: x } as tf.NamedAttrMap;
  compareWithCpu(tf.DepthwiseConv2dNativeBackpropInput, { dy: { shape: outShape }, filter: { shape: filter } }, attrs, 1e-4);
}

test('a case by hand, with dilation 2', () => {
  // A filter [2, 3] whose taps lie two points apart, dy = [10, 100]: dx = [2 * 10, 2 * 100, 3 * 10, 3 * 100].
  tf.tidy(() => {
    const attrs = { strides: [1, 1], pad: 'valid', dilations: [1, 2], inputShape: [1, 1, 4, 1] };
    const inputs = { dy: tf.tensor4d([10, 100], [1, 1, 2, 1]), filter: tf.tensor4d([2, 3], [1, 2, 1, 1]) };
    const dx: tf.Tensor = tf.engine().runKernel(tf.DepthwiseConv2dNativeBackpropInput, inputs, attrs);
    expect([...dx.dataSync()]).toEqual([20, 200, 30, 300]);
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
