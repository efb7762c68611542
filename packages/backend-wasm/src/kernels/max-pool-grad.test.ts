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
type Options = Readonly<{ strides?: number | [number, number]; pad?: 'same' | 'valid' | number; values?: readonly number[] }>;

function compare(x: Shape, filterSize: number | [number, number], { strides = 1, pad = 'valid', values }: Options = {}) {
  const { outShape } = tf.backend_util.computePool2DInfo(x, filterSize, strides, 1, pad);
  const input = { shape: x, ...(values && { values }) };
  compareWithCpu(tf.MaxPoolGrad, { dy: { shape: outShape }, input, output: { shape: outShape } }, {
    filterSize,
    strides,
    pad,
  } as tf.NamedAttrMap);
}

function gradient(x: number[], dy: number[], filterSize: [number, number], strides: [number, number]): number[] {
  return tf.tidy(() => {
    const inputs = {
      dy: tf.tensor4d(dy, [1, 1, dy.length, 1]),
      input: tf.tensor4d(x, [1, 1, x.length, 1]),
      output: tf.zeros([1, 1, dy.length, 1]),
    };
    return [...(tf.engine().runKernel(tf.MaxPoolGrad, inputs, { filterSize, strides, pad: 'valid' }) as tf.Tensor).dataSync()];
  });
}

test('windows whose greatest value is negative keep their gradient', () => {
  expect(gradient([-3, -1, -2, -4], [10, 20], [1, 2], [1, 2])).toEqual([0, 10, 20, 0]);
});

test('of equal values the first takes the gradient, and overlapping windows add up', () => {
  // Windows [5, 5], [5, 1], [1, 7]: the first goes to 0, the second to 1, the third to 3.
  expect(gradient([5, 5, 1, 7], [1, 2, 4], [1, 2], [1, 1])).toEqual([1, 2, 0, 4]);
  // Both windows have their greatest value in the middle.
  expect(gradient([1, 9, 1], [1, 2], [1, 2], [1, 1])).toEqual([0, 3, 0]);
});

test('NaN is never the greatest value, and a window of NaN drops its gradient', () => {
  expect(gradient([Number.NaN, 1, Number.NaN, Number.NaN], [1, 2], [1, 2], [1, 2])).toEqual([0, 1, 0, 0]);
});

test.each([2, 3])('pixels that no window reaches have no gradient, on memory that was used before: strides %s', (strides) => {
  // The next tensor of this size lies where this one did.
  tf.fill([1, 8, 8, 4], 7).dispose();
  tf.tidy(() => {
    const gradients = tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, strides, 'valid'))(tf.ones([1, 8, 8, 4]));
    const windows = Math.floor((8 - 2) / strides) + 1;
    expect(tf.sum(gradients).dataSync()[0]).toBe(4 * windows * windows);
  });
  for (const x of [[2, 9, 9, 5], [1, 8, 8, 4], [1, 11, 10, 3]] as Shape[]) compare(x, 2, { strides }); // prettier-ignore
});

test.each([1, 3, 4, 6, 16, 18, 35])('%s channels', (channels) => compare([2, 6, 7, channels], 2, { strides: 2 }));

test.each<[string, Shape, number | [number, number], Options]>([
  ['overlap', [2, 7, 8, 5], [3, 2], {}],
  ['padding', [2, 7, 8, 5], 3, { strides: [2, 3], pad: 'same' }],
  ['a number as padding', [2, 6, 6, 4], 3, { strides: 2, pad: 1 }],
  ['ties everywhere', [1, 5, 5, 2], 3, { values: Array<number>(50).fill(2) }],
  ['many images', [20, 8, 8, 6], 2, { strides: 2 }],
  ['few large images', [2, 40, 40, 40], 3, { strides: 2, pad: 'same' }],
  ['no images', [0, 4, 4, 2], 2, {}],
])('%s', (_, x, filterSize, options) => compare(x, filterSize, options));
