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

/** Whole, inside, turned around, over the edges, outside, a point, and no number. */
const boxes = [
  [0, 0, 1, 1],
  [0.1, 0.2, 0.8, 0.9],
  [0.9, 0.7, 0.2, 0.1],
  [-0.3, 0.5, 0.6, 1.4],
  [1.5, 1.5, 2, 2],
  [0.5, 0.5, 0.5, 0.5],
  [Number.NaN, 0, 1, 1],
  [0, 0, 1, Number.NaN],
];
const boxInput = { shape: [boxes.length, 4], values: boxes.flat() };

test('by hand: the middle of a box between four pixels', () => {
  tf.tidy(() => {
    const image = tf.tensor4d([1, 2, 3, 6], [1, 2, 2, 1]);
    const crop = (method: 'bilinear' | 'nearest') => [...tf.image.cropAndResize(image, [[0, 0, 1, 1]], [0], [1, 3], method).dataSync()];
    // One row, at 0.5; columns at 0, 0.5 and 1. The nearest of a half is the pixel behind.
    expect(crop('bilinear')).toEqual([2, 3, 4]);
    expect(crop('nearest')).toEqual([3, 6, 6]);
  });
});

describe.each(['bilinear', 'nearest'])('%s', (method) => {
  const attrs = (cropSize: number[]) => ({ cropSize, method, extrapolationValue: -7.5 }) as tf.NamedAttrMap;

  test.each([1, 3, 4, 6, 16])('%s channels', (channels) => {
    const image = { shape: [2, 7, 9, channels] };
    // An image beyond the last one gives 0, one before the first NaN.
    const boxInd = { shape: [8], dtype: 'int32' as const, values: [0, 1, 0, 1, 0, 2, 1, 0] };
    for (const cropSize of [[1, 1], [4, 5], [14, 3]]) compareWithCpu('CropAndResize', { image, boxes: boxInput, boxInd }, attrs(cropSize)); // prettier-ignore
    const before = { ...boxInd, values: [0, -1, -1, 1, -1, 0, -1, 0] };
    compareWithCpu('CropAndResize', { image: { shape: [1, 1, 1, channels] }, boxes: boxInput, boxInd: before }, attrs([3, 2]));
  });

  test('parts', () => {
    const boxInd = { shape: [8], dtype: 'int32' as const, values: [0, 1, 2, 1, 0, 2, 1, 0] };
    compareWithCpu('CropAndResize', { image: { shape: [3, 40, 50, 32] }, boxes: boxInput, boxInd }, attrs([60, 70]));
  });

  test('integers and bools', () => {
    const boxInd = { shape: [8], dtype: 'int32' as const, values: Array<number>(8).fill(0) };
    for (const dtype of ['int32', 'bool'] as const) {
      const values = Array.from({ length: 20 }, (_, i) => (dtype === 'bool' ? i & 1 : i - 9));
      compareWithCpu('CropAndResize', { image: { shape: [1, 4, 5, 1], dtype, values }, boxes: boxInput, boxInd }, attrs([3, 3]));
    }
    const corners = { shape: [1, 4], dtype: 'int32' as const, values: [0, 0, 1, 1] };
    const first = { shape: [1], dtype: 'int32' as const, values: [0] };
    compareWithCpu('CropAndResize', { image: { shape: [1, 4, 5, 1] }, boxes: corners, boxInd: first }, attrs([3, 3]));
  });

  test('no boxes', () => {
    const none = { shape: [0], dtype: 'int32' as const, values: [] };
    compareWithCpu('CropAndResize', { image: { shape: [1, 4, 5, 1] }, boxes: { shape: [0, 4] }, boxInd: none }, attrs([3, 3]));
  });
});
