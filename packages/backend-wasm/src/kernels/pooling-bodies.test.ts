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

type Shape = [number, number, number, number];
type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
type Options = Readonly<{ strides?: number | [number, number]; pad?: Pad; dimRoundingMode?: 'floor' | 'round' | 'ceil' }>;
type Case = readonly [name: string, x: Shape, filterSize: number | [number, number], options: Options];

const cases: readonly Case[] = [
  ['one pixel', [1, 1, 1, 1], 1, { strides: 2 }],
  ['overlap', [2, 7, 8, 5], [3, 2], {}],
  ['padding', [2, 7, 8, 5], 3, { strides: [2, 3], pad: 'same' }],
  ['a number as padding', [2, 6, 6, 4], 3, { strides: 2, pad: 1 }],
  ['padding by sides', [1, 6, 6, 7], 3, { strides: 2, pad: [[0, 0], [2, 0], [1, 2], [0, 0]] }], // prettier-ignore
  ['strides above the window', [2, 9, 10, 6], 2, { strides: [4, 3] }],
  ['a window of one pixel', [2, 5, 5, 6], 1, { strides: 2 }],
  ['a window larger than the image', [1, 2, 2, 5], 5, { pad: 'same' }],
  ['many images in parts', [20, 16, 16, 36], 3, { pad: 'same' }],
  ['few large images in parts', [2, 80, 81, 17], [2, 3], { strides: 2 }],
  ['lines of few channels', [3, 40, 41, 3], 3, { strides: 2, pad: 'same' }],
  ['lines of one channel', [2, 60, 61, 1], 3, { pad: 'same' }],
  ['lines in stretches', [1, 8, 700, 5], 3, {}],
  ['windows of two sizes', [2, 16, 17, 24], 3, { strides: 2, pad: 'same' }],
  ['no images', [0, 4, 4, 2], 2, {}],
];

describe.each(['MaxPool', 'AvgPool'])('%s', (kernel) => {
  const compare = (shape: Shape, filterSize: number | [number, number], { strides = 1, pad = 'valid', dimRoundingMode }: Options, values?: readonly number[]) =>
    compareWithCpu(kernel, { x: { shape, ...(values && { values }) } }, { filterSize, strides, pad, dimRoundingMode } as tf.NamedAttrMap); // prettier-ignore

  test.each([1, 2, 3, 4, 5, 7, 8, 15, 16, 18, 20, 35])('%s channels', (channels) => compare([2, 6, 7, channels], 2, { strides: 2 }));

  test.each(cases)('%s', (_, x, filterSize, options) => compare(x, filterSize, options));

  test.each([
    [2, 1],
    [3, 1],
    [3, 2],
  ])('windows of side %s that slide by %s', (side, strides) => {
    for (const channels of [3, 4, 5, 7, 8, 11, 20]) {
      for (const pad of ['valid', 'same', 2, [[0, 0], [1, 0], [0, 2], [0, 0]]] as Pad[]) compare([2, 7, 8, channels], side, { strides, pad }); // prettier-ignore
      compare([1, side - 1, side, channels], side, { strides, pad: 'same' });
      compare([1, 9, 1, channels], side, { strides, pad: 'same' });
    }
  });

  test.each(['floor', 'round', 'ceil'] as const)('sizes that are rounded: %s', (dimRoundingMode) =>
    compare([2, 6, 8, 5], 3, { strides: 2, pad: 0, dimRoundingMode }),
  );

  test('NaN and infinities', () => {
    const values = [...testValues(64, 1)];
    [NaN, Infinity, -Infinity, NaN, NaN].forEach((value, i) => values.splice(11 * i, 1, value));
    compare([1, 4, 4, 4], 2, {}, values);
    compare([1, 2, 2, 4], 2, {}, Array<number>(16).fill(NaN));
    compare([1, 4, 4, 4], 3, {}, values);
  });

  test('integers', () => compareWithCpu(kernel, { x: { shape: [1, 2, 2, 1], dtype: 'int32', values: [1, 2, 3, 6] } }, { filterSize: 2, strides: 1, pad: 'valid' })); // prettier-ignore
});

test('by hand: the mean counts the pixels in the image alone', () => {
  // Windows [1, 2], [2, 3], [3]: means 1.5, 2.5, 3.
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 3], [1, 1, 3, 1]);
    expect([...tf.avgPool(x, [1, 2], 1, 'same').dataSync()]).toEqual([1.5, 2.5, 3]);
  });
});

describe('AvgPoolGrad', () => {
  const compare = (x: Shape, filterSize: number | [number, number], { strides = 1, pad = 'valid' }: Options) => {
    const { outShape } = tf.backend_util.computePool2DInfo(x, filterSize, strides, 1, pad);
    compareWithCpu('AvgPoolGrad', { dy: { shape: outShape }, input: { shape: x } }, { filterSize, strides, pad } as tf.NamedAttrMap);
  };

  test.each([1, 2, 3, 4, 5, 8, 18])('%s channels', (channels) => compare([2, 6, 7, channels], 2, { strides: 2 }));

  test.each(cases)('%s', (_, x, filterSize, options) => compare(x, filterSize, options));
});
