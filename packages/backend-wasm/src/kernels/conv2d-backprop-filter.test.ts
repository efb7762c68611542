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

const kernelName = tf.Conv2DBackpropFilter;
type Format = 'NHWC' | 'NCHW';

/** Runs a case whose dy has the shape that the convolution would give. */
function compare(
  x: number[],
  filterShape: number[],
  strides: [number, number],
  pad: 'same' | 'valid' | number | number[][],
  dataFormat: Format = 'NHWC',
) {
  const format = dataFormat === 'NHWC' ? 'channelsLast' : 'channelsFirst';
  const shapes = [x, filterShape] as [[number, number, number, number], [number, number, number, number]];
  const { outShape } = tf.backend_util.computeConv2DInfo(...shapes, strides, 1, pad as 'same', undefined, false, format);
  compareWithCpu(
    kernelName,
    { x: { shape: x }, dy: { shape: outShape } },
    { strides, pad, dataFormat, filterShape } as tf.NamedAttrMap,
    1e-4,
  );
}

test('a case by hand', () => {
  // x = [[1, 2], [3, 4]], one channel; a filter of 2 x 1 slides over two columns, dy = [10, 100]:
  // dW[0] = 1 * 10 + 2 * 100 = 210, dW[1] = 3 * 10 + 4 * 100 = 430.
  tf.tidy(() => {
    const attrs = { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', filterShape: [2, 1, 1, 1] };
    const inputs = { x: tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), dy: tf.tensor4d([10, 100], [1, 1, 2, 1]) };
    const dW: tf.Tensor = tf.engine().runKernel(kernelName, inputs, attrs);
    expect([...dW.dataSync()]).toEqual([210, 430]);
  });
});

test.each([
  ['one point', [1, 1, 1, 1], [1, 1, 1, 1], [1, 1], 'valid'],
  ['odd sizes', [2, 7, 5, 3], [3, 2, 3, 5], [1, 1], 'same'],
  ['strides', [3, 9, 8, 4], [3, 3, 4, 9], [2, 3], 'same'],
  ['a number as padding', [2, 6, 6, 5], [3, 3, 5, 4], [1, 1], 2],
  ['explicit padding', [2, 6, 5, 4], [3, 3, 4, 6], [2, 1], [[0, 0], [0, 2], [1, 0], [0, 0]]], // prettier-ignore
  ['a filter as large as the image', [2, 4, 4, 6], [4, 4, 6, 8], [1, 1], 'valid'],
  ['more points than a block', [2, 20, 20, 4], [1, 1, 4, 8], [1, 1], 'valid'],
  ['several tiles of rows', [2, 8, 7, 24], [3, 3, 24, 9], [1, 1], 'same'],
  ['lines of wide rows, several bands', [2, 30, 31, 3], [3, 3, 3, 70], [1, 1], 'same'],
  ['lines under a wide border', [2, 9, 10, 5], [3, 3, 5, 16], [2, 1], 4],
  ['blocks of points', [1, 13, 12, 40], [3, 3, 40, 50], [2, 1], 'same'],
  ['blocks of points, several tiles and splits', [6, 16, 16, 40], [3, 3, 40, 64], [2, 2], 'same'],
  ['partial sums of several splits', [2, 64, 66, 3], [3, 3, 3, 20], [1, 1], 'same'],
  ['no images', [0, 4, 4, 3], [2, 2, 3, 4], [1, 1], 'valid'],
] as const)('%s', (_, x, filter, strides, pad) => compare([...x], [...filter], [...strides], pad as 'same'));

test('NCHW, with explicit padding', () => {
  compare([2, 3, 6, 5], [3, 2, 3, 4], [1, 2], 'same', 'NCHW');
  compare([2, 3, 6, 5], [3, 2, 3, 4], [1, 1], [[0, 0], [0, 0], [1, 2], [0, 1]], 'NCHW'); // prettier-ignore
});

test('integers count as floats', () => {
  const attrs = { strides: 1, pad: 'valid', dataFormat: 'NHWC', filterShape: [2, 2, 1, 1] };
  compareWithCpu(
    kernelName,
    { x: { shape: [1, 3, 3, 1], dtype: 'int32', values: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, dy: { shape: [1, 2, 2, 1] } },
    attrs,
  );
});

test('dilations: tap t sees the input 2 t points on', () => {
  // x = [1, 2, 3, 4], dy = [10, 100]: dW[0] = 1 * 10 + 2 * 100 = 210, dW[1] = 3 * 10 + 4 * 100 = 430.
  tf.tidy(() => {
    const attrs = { strides: 1, pad: 'valid', dataFormat: 'NHWC', filterShape: [1, 2, 1, 1], dilations: [1, 2] };
    const inputs = { x: tf.tensor4d([1, 2, 3, 4], [1, 1, 4, 1]), dy: tf.tensor4d([10, 100], [1, 1, 2, 1]) };
    expect([...(tf.engine().runKernel(kernelName, inputs, attrs) as tf.Tensor).dataSync()]).toEqual([210, 430]);
  });
});

test('of a gradient that is larger than the output the first rows and columns count', () => {
  const attrs = { strides: [2, 2], pad: 'same', dataFormat: 'NHWC', filterShape: [3, 3, 2, 3] };
  compareWithCpu(kernelName, { x: { shape: [2, 3, 5, 2] }, dy: { shape: [2, 4, 4, 3] } }, attrs);
});

test('a gradient that is smaller than the output is refused', () => {
  const attrs = { strides: [2, 2], pad: 'same', dataFormat: 'NHWC', filterShape: [3, 3, 2, 3] };
  expect(() => tf.engine().runKernel(kernelName, { x: tf.ones([2, 3, 5, 2]), dy: tf.ones([2, 1, 4, 3]) }, attrs)).toThrow(
    "conv2d: expected a gradient of at least the output's shape [2,2,3,3], got [2,1,4,3].",
  );
});
