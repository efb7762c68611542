import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu, testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

type Shape = [number, number, number, number, number];
type Options = Readonly<{
  strides?: number | [number, number, number];
  pad?: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}>;
type Case = readonly [name: string, x: Shape, filterSize: number | [number, number, number], options: Options];

/** Windows as high as wide: for others tfjs' cpu gradient of the maximum looks at the wrong places. */
const cases: readonly Case[] = [
  ['one voxel', [1, 1, 1, 1, 1], 1, { strides: 2 }],
  ['overlap', [2, 5, 7, 8, 5], [2, 3, 3], {}],
  ['padding', [2, 5, 7, 8, 5], 3, { strides: [2, 2, 3], pad: 'same' }],
  ['a number as padding', [2, 4, 6, 6, 4], 3, { strides: 2, pad: 1 }],
  ['strides above the window', [2, 7, 9, 10, 6], 2, { strides: [3, 4, 3] }],
  ['strides above the window, with a negative padding', [2, 8, 8, 11, 3], 1, { strides: 3, pad: 'same' }],
  ['a window of one voxel', [2, 5, 5, 5, 6], 1, { strides: 2 }],
  ['a window of one frame', [2, 5, 6, 6, 3], [1, 2, 2], { strides: [1, 2, 2] }],
  ['windows that slide', [2, 4, 7, 8, 9], 3, { strides: [2, 2, 1], pad: 'same' }],
  ['small windows that slide', [2, 4, 7, 8, 6], 2, {}],
  ['a window along the depth', [2, 6, 3, 4, 3], [3, 1, 1], {}],
  ['a window larger than the volume', [1, 2, 2, 2, 5], 5, { pad: 'same' }],
  ['many volumes in parts', [17, 6, 10, 10, 20], 2, { strides: 2, pad: 'same' }],
  ['few large volumes in parts', [1, 12, 20, 21, 17], 3, { strides: 2 }],
  ['no volumes', [0, 4, 4, 4, 2], 2, {}],
];

const attrsOf = (filterSize: number | [number, number, number], { strides = 1, pad = 'valid', dimRoundingMode }: Options) =>
  ({ filterSize, strides, pad, dimRoundingMode, dataFormat: 'NDHWC' }) as tf.NamedAttrMap;

describe.each(['MaxPool3D', 'AvgPool3D'])('%s', (kernel) => {
  const compare = (shape: Shape, filterSize: number | [number, number, number], options: Options, values?: readonly number[]) =>
    compareWithCpu(kernel, { x: { shape, ...(values && { values }) } }, attrsOf(filterSize, options));

  test.each([1, 2, 3, 4, 5, 8, 15, 18])('%s channels', (channels) => compare([2, 4, 6, 7, channels], 2, { strides: 2 }));

  test.each(cases)('%s', (_, x, filterSize, options) => compare(x, filterSize, options));

  test.each(['floor', 'round', 'ceil'] as const)('sizes that are rounded: %s', (dimRoundingMode) =>
    compare([2, 5, 6, 8, 5], 3, { strides: 2, pad: 0, dimRoundingMode }),
  );

  test('NaN and infinities', () => {
    const values = [...testValues(128, 1)];
    [Number.NaN, Infinity, -Infinity, Number.NaN, Number.NaN].forEach((value, i) => values.splice(11 * i, 1, value));
    compare([1, 2, 4, 4, 4], 2, {}, values);
    compare([1, 2, 2, 2, 4], 2, {}, Array<number>(32).fill(Number.NaN));
  });

  test('no positive number in a window', () => compare([1, 2, 2, 2, 1], 2, {}, [-8, -7, -6, -5, -4, -3, -2, -9]));

  test('integers', () =>
    compareWithCpu(kernel, { x: { shape: [1, 1, 2, 2, 1], dtype: 'int32', values: [1, 2, 3, 6] } }, attrsOf([1, 2, 2], {})));
});

test('by hand: windows without a voxel have the mean 0 and the maximum -Infinity', () => {
  // Padded by 2 on both sides, [0, 0, 5, 0, 0] has four windows of two places, of which the first and the last are empty.
  const x = tf.tensor5d([5], [1, 1, 1, 1, 1]);
  const pool = (kernel: string): tf.Tensor =>
    tf.engine().runKernel(kernel, { x }, attrsOf([2, 2, 2], { strides: 1, pad: 2 })) as tf.Tensor;
  for (const [kernel, empty] of [['AvgPool3D', 0], ['MaxPool3D', -Infinity]] as const) {
    const y = tf.squeeze(tf.slice(pool(kernel), [0, 1, 1, 0, 0], [1, 1, 1, 4, 1]));
    expect([...y.dataSync()]).toEqual([empty, 5, 5, empty]);
  }
}); // prettier-ignore

describe.each(['AvgPool3DGrad', 'MaxPool3DGrad'])('%s', (kernel) => {
  const compare = (x: Shape, filterSize: number | [number, number, number], options: Options, values?: readonly number[]) => {
    const { strides = 1, pad = 'valid', dimRoundingMode } = options;
    const { outShape } = tf.backend_util.computePool3DInfo(x, filterSize, strides, 1, pad, dimRoundingMode);
    const input = { shape: x, ...(values && { values }) };
    compareWithCpu(kernel, { dy: { shape: outShape }, input, output: { shape: outShape } }, attrsOf(filterSize, options));
  };

  test.each([1, 2, 3, 4, 5, 8, 18])('%s channels', (channels) => compare([2, 4, 6, 7, channels], 2, { strides: 2 }));

  test.each(cases)('%s', (_, x, filterSize, options) => compare(x, filterSize, options));

  test('ties everywhere', () => compare([1, 3, 4, 4, 2], 2, {}, Array<number>(96).fill(2)));
});

test('the gradient of the maximum of a window wider than high', () => {
  // tfjs' cpu kernel numbers the places of such a window wrongly. Windows [1, 9, 2], [9, 2, 3] and [2, 3, 4].
  const x = tf.tensor5d([1, 9, 2, 3, 4], [1, 1, 1, 5, 1]);
  const dy = tf.tensor5d([10, 20, 30], [1, 1, 1, 3, 1]);
  const dx = tf.engine().runKernel('MaxPool3DGrad', { dy, input: x, output: dy }, attrsOf([1, 1, 3], {})) as tf.Tensor;
  expect([...dx.dataSync()]).toEqual([0, 30, 0, 0, 30]);
  tf.dispose([x, dy, dx]);
});
