import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

type Shape = [number, number, number, number];
type Options = Readonly<{
  strides?: number | [number, number];
  pad?: 'same' | 'valid' | number;
  dilations?: number | [number, number];
}>;

const kernels = ['Dilation2D', 'Dilation2DBackpropInput', 'Dilation2DBackpropFilter'] as const;

describe.each(kernels)('%s', (kernel) => {
  const compare = (
    x: Shape,
    window: [number, number],
    options: Options = {},
    values?: readonly number[],
    dtype: 'float32' | 'int32' = 'float32',
  ) => {
    const { strides = 1, pad = 'valid', dilations = 1 } = options;
    const filter: [number, number, number] = [...window, x[3]];
    const { outShape } = tf.backend_util.computeDilation2DInfo(x, filter, strides, pad, 'NHWC', dilations);
    const image = { shape: x, dtype, ...(values && { values }) };
    const inputs = { x: image, filter: { shape: filter, dtype }, ...(kernel !== 'Dilation2D' && { dy: { shape: outShape, dtype } }) };
    compareWithCpu(kernel, inputs, { strides, pad, dilations } as tf.NamedAttrMap);
  };

  test.each([1, 2, 3, 4, 5, 8, 15, 18])('%s channels', (channels) => compare([2, 6, 7, channels], [3, 2], { pad: 'same' }));

  test.each<[name: string, x: Shape, window: [number, number], options: Options]>([
    ['one pixel', [1, 1, 1, 1], [1, 1], {}],
    ['strides', [2, 7, 8, 5], [3, 3], { strides: [2, 3], pad: 'same' }],
    ['dilations', [2, 9, 10, 3], [3, 2], { dilations: [2, 3], pad: 'same' }],
    ['dilations without padding', [1, 9, 10, 6], [3, 3], { dilations: [2, 1] }],
    ['a window larger than the image', [1, 2, 2, 5], [5, 5], { pad: 'same' }],
    ['windows without a place in the image', [1, 3, 3, 5], [2, 2], { dilations: 4, pad: 'same' }],
    ['many images in parts', [18, 14, 14, 10], [3, 3], { pad: 'same' }],
    ['few images in parts', [2, 24, 23, 30], [3, 3], { strides: 2 }],
  ])('%s', (_, x, window, options) => compare(x, window, options));

  test('NaN and infinities', () => {
    const values = Array.from({ length: 64 }, (_, i) => [Number.NaN, 1, -Infinity, -1, Infinity, Number.NaN, 3][i % 7]!);
    compare([1, 4, 4, 4], [2, 2], {}, values);
    compare([1, 3, 3, 2], [2, 2], {}, Array<number>(18).fill(Number.NaN));
    compare([1, 3, 3, 2], [2, 2], {}, Array<number>(18).fill(-Infinity));
  });

  test('ties everywhere', () => compare([1, 3, 3, 1], [1, 1], {}, Array<number>(9).fill(2)));

  test('integers', () => compare([1, 2, 2, 1], [2, 2], {}, [1, 2, 3, 6], 'int32'));

  test('no images', () => {
    if (kernel === 'Dilation2D') compare([0, 4, 4, 2], [2, 2]);
  });
});

test('by hand: places outside the image take no part', () => {
  tf.tidy(() => {
    // Windows [-3, -1], [-1, -2], [-2]: -3 + 1 and -1 + 10, -1 + 1 and -2 + 10, -2 + 1.
    const x = tf.tensor4d([-3, -1, -2], [1, 1, 3, 1]);
    const filter = tf.tensor3d([1, 10], [1, 2, 1]);
    const attrs = { strides: [1, 1], pad: 'same', dilations: [1, 1] };
    const run = (kernel: string, inputs: tf.NamedTensorMap) => [...(tf.engine().runKernel(kernel, inputs, attrs) as tf.Tensor).dataSync()];
    expect(run('Dilation2D', { x, filter })).toEqual([9, 8, -1]);
    const dy = tf.tensor4d([1, 2, 4], [1, 1, 3, 1]);
    // The sums came from places 1, 2 and 2, and from taps 1, 1 and 0.
    expect(run('Dilation2DBackpropInput', { x, filter, dy })).toEqual([0, 1, 6]);
    expect(run('Dilation2DBackpropFilter', { x, filter, dy })).toEqual([4, 3]);
  });
});
