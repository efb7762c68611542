import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';
import { convolutionInfo } from './convolution-attrs.ts';
import { isWinogradFaster } from './winograd.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

type Padding = 'same' | 'valid' | [[number, number], [number, number], [number, number], [number, number]];

const attrsOf = (pad: Padding) => ({
  strides: [1, 1] as [number, number],
  pad,
  dilations: [1, 1] as [number, number],
  dataFormat: 'NHWC' as const,
});

/** All are large enough for Winograd's algorithm. */
const cases: [name: string, x: [number, number, number, number], outChannels: number, pad: Padding][] = [
  ['whole tiles', [4, 10, 10, 16], 16, 'valid'],
  ['odd outputs: half tiles at the ends', [5, 11, 9, 16], 24, 'same'],
  ['one image, one row of tiles short', [1, 17, 19, 24], 16, 'valid'],
  ['a border on one side only', [6, 9, 8, 16], 16, [[0, 0], [2, 0], [0, 1], [0, 0]]],
  ['more channels than are multiplied at once', [4, 8, 9, 328], 16, 'same'],
  ['several blocks of channels in the gradient', [2, 12, 11, 40], 128, 'same'],
  ['many tiles: several parts and splits', [9, 23, 22, 16], 32, 'same'],
]; // prettier-ignore

test.each(cases)('%s: the convolution and its gradients are those of cpu', (_, shape, outChannels, pad) => {
  const filterShape: [number, number, number, number] = [3, 3, shape[3], outChannels];
  const attrs = attrsOf(pad);
  const info = convolutionInfo(shape, filterShape, attrs);
  expect(isWinogradFaster(info)).toBe(true);
  const [x, filter, dy] = [{ shape }, { shape: filterShape }, { shape: info.outShape }];
  compareWithCpu(tf.Conv2D, { x, filter }, attrs, 1e-4);
  compareWithCpu(tf.Conv2DBackpropInput, { dy, filter }, { ...attrs, inputShape: shape }, 1e-4);
  compareWithCpu(tf.Conv2DBackpropFilter, { x, dy }, { ...attrs, filterShape }, 1e-4);
});

test.each(['linear', 'relu', 'relu6', 'leakyrelu', 'elu'])('the bias and %s follow', (activation) => {
  const [x, filter, bias] = [{ shape: [2, 15, 14, 16] }, { shape: [3, 3, 16, 24] }, { shape: [24] }];
  compareWithCpu(tf.FusedConv2D, { x, filter, bias }, { ...attrsOf('same'), activation, leakyreluAlpha: 0.3 }, 1e-4);
});

test.each([
  ['a stride', [2, 24, 24, 16], [3, 3, 16, 16], { strides: [2, 1] as [number, number] }],
  ['a dilation', [2, 24, 24, 16], [3, 3, 16, 16], { dilations: [1, 2] as [number, number] }],
  ['another window', [2, 24, 24, 16], [3, 5, 16, 16], {}],
  ['few channels', [2, 24, 24, 8], [3, 3, 8, 16], {}],
  ['channels that are no whole vectors', [2, 24, 24, 18], [3, 3, 18, 16], {}],
  ['few tiles', [1, 8, 8, 64], [3, 3, 64, 64], {}],
])('%s is left to the plain sum', (_, shape, filterShape, geometry) => {
  expect(isWinogradFaster(convolutionInfo(shape, filterShape, { ...attrsOf('same'), ...geometry }))).toBe(false);
});

test('rounding errors are at most three times those of float32 sums', () => {
  // 32 channels of +-1 and a filter of +-1/8 have exact sums: what differs is Winograd's own rounding.
  tf.tidy(() => {
    const x = tf.sign(tf.randomNormal([1, 32, 32, 32], 0, 1, 'float32', 1)) as tf.Tensor4D;
    const filter = tf.div(tf.sign(tf.randomNormal([3, 3, 32, 16], 0, 1, 'float32', 2)), 8) as tf.Tensor4D;
    const y = tf.conv2d(x, filter, 1, 'same');
    const eighths = tf.mul(y, 8);
    const error = tf.max(tf.abs(tf.sub(eighths, tf.round(eighths))));
    expect(error.dataSync()[0]).toBeLessThan(288 * 3 * 2 ** -24);
  });
});
