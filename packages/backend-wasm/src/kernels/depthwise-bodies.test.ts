import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu, testValues, type TestInput } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

type Shape = [number, number, number, number];
type Pair = [number, number];
type Options = Readonly<{
  strides?: Pair;
  dilations?: Pair;
  pad?: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}>;

const attributes = ({ strides = [1, 1], dilations = [1, 1], pad = 'same', dimRoundingMode }: Options) =>
  ({ strides, dilations, pad, dimRoundingMode, dataFormat: 'NHWC' }) as unknown as tf.NamedAttrMap;

const compare = (x: Shape, filter: Shape, options: Options = {}, values?: readonly number[]): void =>
  compareWithCpu('DepthwiseConv2dNative', { x: { shape: x, ...(values && { values }) }, filter: { shape: filter } }, attributes(options));

test('a case by hand, with dilation 2', () => {
  // x = 1, 2, 3, 4 in every channel, taps 10 and 100 two apart: 10 * 1 + 100 * 3, 10 * 2 + 100 * 4.
  tf.tidy(() => {
    const x = tf.tensor4d([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4], [1, 1, 4, 4]);
    const filter = tf.tensor4d([10, 10, 10, 10, 100, 100, 100, 100], [1, 2, 4, 1]);
    expect([...tf.depthwiseConv2d(x, filter, 1, 'valid', 'NHWC', [1, 2]).dataSync()]).toEqual([310, 310, 310, 310, 420, 420, 420, 420]); // prettier-ignore
  });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 16, 19, 36])('%s channels', (channels) => {
  compare([2, 6, 9, channels], [3, 3, channels, 1]);
  compare([2, 6, 9, channels], [3, 3, channels, 1], { strides: [2, 2] });
});

test.each([1, 2, 3])('%s channels of lines that vectors reach over', (channels) => {
  compare([2, 6, 31, channels], [3, 3, channels, 1]);
  compare([1, 7, 33, channels], [3, 2, channels, 1], { dilations: [2, 3] });
  compare([1, 90, 40, channels], [5, 5, channels, 1], { strides: [2, 2] });
});

test.each([2, 3, 4])('%s outputs for each input', (multiplier) => compare([2, 5, 6, 5], [3, 2, 5, multiplier]));

test.each<[string, Shape, Shape, Options]>([
  ['one point', [1, 1, 1, 4], [1, 1, 4, 1], {}],
  ['no padding', [2, 7, 11, 8], [3, 3, 8, 1], { pad: 'valid' }],
  ['a 5x5 filter', [1, 9, 12, 21], [5, 5, 21, 1], {}],
  ['a 2x4 filter, strides', [2, 9, 14, 6], [2, 4, 6, 1], { strides: [2, 3] }],
  ['strides above the filter', [2, 9, 10, 6], [2, 2, 6, 1], { strides: [4, 3], pad: 'valid' }],
  ['dilation', [1, 11, 13, 9], [3, 3, 9, 1], { dilations: [2, 3] }],
  ['dilation beyond the image', [1, 3, 4, 5], [3, 3, 5, 1], { dilations: [4, 5] }],
  ['a number as padding', [2, 5, 6, 4], [3, 3, 4, 1], { pad: 2 }],
  ['padding by sides', [1, 6, 7, 5], [3, 3, 5, 1], { strides: [2, 2], pad: [[0, 0], [2, 0], [1, 3], [0, 0]] }], // prettier-ignore
  ['sizes that are rounded up', [1, 6, 8, 5], [3, 3, 5, 1], { strides: [2, 2], pad: 0, dimRoundingMode: 'ceil' }],
  ['a filter larger than the image', [1, 2, 2, 5], [5, 5, 5, 1], {}],
  ['many parts', [5, 24, 24, 72], [3, 3, 72, 1], {}],
  ['no images', [0, 5, 5, 4], [3, 3, 4, 1], {}],
])('%s', (_, x, filter, options) => compare(x, filter, options));

test('NaN and infinities', () => {
  const values = [...testValues(5 * 6 * 8, 3)];
  [NaN, Infinity, -Infinity].forEach((value, i) => values.splice(100 * i, 1, value));
  compare([1, 5, 6, 8], [3, 3, 8, 1], {}, values);
});

describe('with bias and activation', () => {
  const fused = (x: Shape, inputs: Record<string, TestInput>, activation: string, options: Options = {}): void =>
    compareWithCpu(
      'FusedDepthwiseConv2D',
      { x: { shape: x }, filter: { shape: [3, 3, x[3], 1] }, ...inputs },
      { ...attributes(options), activation, leakyreluAlpha: 0.3 },
      3e-5,
    );

  test.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'])('%s', (activation) => {
    for (const channels of [3, 8, 13]) fused([2, 6, 7, channels], { bias: { shape: [channels] } }, activation);
    fused([2, 6, 7, 8], {}, activation, { strides: [2, 2] });
  });

  test('sums above 6', () => fused([1, 6, 7, 5], { bias: { shape: [5], values: [7, 5.9, 0, -1, 6] } }, 'relu6'));

  test('prelu, and a bias that is one number', () => {
    fused([1, 6, 7, 5], { bias: { shape: [5] }, preluActivationWeights: { shape: [5] } }, 'prelu');
    fused([1, 6, 7, 5], { bias: { shape: [1] } }, 'relu');
  });
});
