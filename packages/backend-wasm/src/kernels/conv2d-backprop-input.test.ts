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

type Format = 'NHWC' | 'NCHW';

/** Runs a case whose dy has the shape that the convolution would give. */
function compare(
  x: number[],
  filter: number[],
  strides: [number, number],
  pad: 'same' | 'valid' | number | number[][],
  dataFormat: Format = 'NHWC',
) {
  const format = dataFormat === 'NHWC' ? 'channelsLast' : 'channelsFirst';
  const shapes = [x, filter] as [[number, number, number, number], [number, number, number, number]];
  const { outShape } = tf.backend_util.computeConv2DInfo(...shapes, strides, 1, pad as 'same', undefined, false, format);
  const attrs = { strides, pad, dataFormat, inputShape: x } as tf.NamedAttrMap;
  compareWithCpu(tf.Conv2DBackpropInput, { dy: { shape: outShape }, filter: { shape: filter } }, attrs, 1e-4);
}

test('a case by hand', () => {
  // dy = [10, 100] from a filter [2, 3] with stride 1: dx = [2 * 10, 3 * 10 + 2 * 100, 3 * 100].
  tf.tidy(() => {
    const attrs = { strides: 1, pad: 'valid', dataFormat: 'NHWC', inputShape: [1, 1, 3, 1] };
    const inputs = { dy: tf.tensor4d([10, 100], [1, 1, 2, 1]), filter: tf.tensor4d([2, 3], [1, 2, 1, 1]) };
    const dx: tf.Tensor = tf.engine().runKernel(tf.Conv2DBackpropInput, inputs, attrs);
    expect([...dx.dataSync()]).toEqual([20, 230, 300]);
  });
});

test('dilations: tap t reaches the input 2 t points on', () => {
  tf.tidy(() => {
    const attrs = { strides: 1, pad: 'valid', dataFormat: 'NHWC', inputShape: [1, 1, 4, 1], dilations: [1, 2] };
    const inputs = { dy: tf.tensor4d([10, 100], [1, 1, 2, 1]), filter: tf.tensor4d([2, 3], [1, 2, 1, 1]) };
    const dx: tf.Tensor = tf.engine().runKernel(tf.Conv2DBackpropInput, inputs, attrs);
    expect([...dx.dataSync()]).toEqual([20, 200, 30, 300]);
  });
});

test.each([
  ['one point', [1, 1, 1, 1], [1, 1, 1, 1], [1, 1], 'valid'],
  ['odd sizes', [2, 7, 5, 3], [3, 2, 3, 5], [1, 1], 'same'],
  ['strides: phases with different taps', [3, 9, 8, 4], [3, 3, 4, 9], [2, 3], 'same'],
  ['strides above the filter: phases without taps', [2, 9, 9, 3], [2, 1, 3, 4], [3, 4], 'valid'],
  ['a stride above the image', [1, 2, 2, 3], [1, 1, 3, 4], [5, 5], 'valid'],
  ['a number as padding', [2, 6, 6, 5], [3, 3, 5, 4], [1, 1], 2],
  ['explicit padding', [2, 6, 5, 4], [3, 3, 4, 6], [2, 1], [[0, 0], [0, 2], [1, 0], [0, 0]]], // prettier-ignore
  ['blocks of taps', [2, 6, 6, 9], [3, 3, 9, 70], [1, 1], 'same'],
  ['blocks within a tap', [1, 4, 4, 6], [2, 2, 6, 650], [1, 1], 'same'],
  ['several parts', [2, 16, 15, 24], [3, 3, 24, 42], [1, 1], 'same'],
  ['dots of one channel', [2, 9, 11, 1], [3, 3, 1, 21], [1, 1], 'same'],
  ['dots of two and one channels', [2, 12, 11, 5], [3, 4, 5, 6], [2, 1], 'same'],
  ['dots of three channels, several parts', [4, 33, 31, 3], [3, 3, 3, 32], [1, 1], 'same'],
  ['dots under a wide border', [2, 9, 10, 6], [3, 3, 6, 8], [1, 1], 4],
  ['phases of strides, several parts', [4, 33, 31, 13], [3, 3, 13, 24], [2, 2], 'same'],
  ['phases with blocks of taps', [4, 12, 12, 17], [3, 3, 17, 70], [1, 1], 'same'],
  ['phases with blocks within a tap', [4, 8, 8, 10], [2, 2, 10, 650], [1, 1], 'valid'],
  ['one channel, several parts', [16, 28, 28, 1], [3, 3, 1, 32], [1, 1], 'same'],
  ['one channel, bands of unequal height', [3, 31, 60, 1], [5, 5, 1, 24], [1, 1], 'valid'],
  ['one channel under a wide border', [1, 5, 9, 1], [2, 3, 1, 8], [1, 1], [[0, 0], [4, 0], [3, 5], [0, 0]]], // prettier-ignore
  ['no images', [0, 4, 4, 3], [2, 2, 3, 4], [1, 1], 'valid'],
] as const)('%s', (_, x, filter, strides, pad) => compare([...x], [...filter], [...strides], pad as 'same'));

test.each([1, 2, 3, 4, 5, 6, 7, 8])('one channel through a filter of %s columns', (columns) => {
  for (const width of [7, 8, 9, 12, 13, 16, 21]) compare([1, 4, width, 1], [3, columns, 1, 16], [1, 1], 'same');
});

test('NCHW, with explicit padding', () => {
  compare([2, 3, 6, 5], [3, 2, 3, 4], [1, 2], 'same', 'NCHW');
  compare([2, 3, 6, 5], [3, 2, 3, 4], [1, 1], [[0, 0], [0, 0], [1, 2], [0, 1]], 'NCHW'); // prettier-ignore
});

test('of a gradient that is larger than the output the first rows and columns count', () => {
  const attrs = { strides: [2, 2], pad: 'same', dataFormat: 'NHWC', inputShape: [2, 3, 5, 2] };
  compareWithCpu(tf.Conv2DBackpropInput, { dy: { shape: [2, 4, 4, 3] }, filter: { shape: [3, 3, 2, 3] } }, attrs);
});

test.each([
  [
    [1, 1],
    [2, 3],
  ],
  [
    [2, 3],
    [3, 2],
  ],
  [
    [4, 2],
    [2, 2],
  ],
] as const)('strides %j with dilations %j: the gradient is the adjoint of the convolution', (strides, dilations) => {
  // <conv(x), dy> = <x, dx>, for dots and, with more channels, for phases.
  for (const channels of [3, 20]) {
    tf.tidy(() => {
      const x = tf.randomUniform([2, 19, 17, channels], -1, 1, 'float32', 1);
      const filter = tf.randomUniform([3, 3, channels, 30], -1, 1, 'float32', 2);
      const attrs = { strides: [...strides], dilations: [...dilations], pad: 'same', dataFormat: 'NHWC' };
      const y: tf.Tensor = tf.engine().runKernel(tf.Conv2D, { x, filter }, attrs);
      const dy = tf.randomUniform(y.shape, -1, 1, 'float32', 3);
      const dx: tf.Tensor = tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter }, { ...attrs, inputShape: x.shape });
      const [forward, backward] = [tf.sum(tf.mul(y, dy)), tf.sum(tf.mul(x, dx))].map((sum) => sum.dataSync()[0]!) as [number, number];
      expect(Math.abs(forward - backward)).toBeLessThan(1e-3 * tf.sum(tf.abs(tf.mul(x, dx))).dataSync()[0]! ** 0.5);
    });
  }
});
