import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

type Shape = [number, number, number, number];
type Pad = 'same' | 'valid' | number;

function poolWithArgmax(x: tf.Tensor4D, filterSize: number | [number, number], strides: number, pad: Pad, includeBatchInIndex: boolean) {
  const attrs = { filterSize, strides, pad, includeBatchInIndex };
  const [y, indices] = tf.engine().runKernel('MaxPoolWithArgmax', { x }, attrs as unknown as tf.NamedAttrMap) as unknown as tf.Tensor[];
  return { y: y!, indices: indices! };
}

/** The maxima and their first places by definition, in row order. */
function reference(values: ArrayLike<number>, shape: Shape, filterSize: number | [number, number], strides: number, pad: Pad, includeBatchInIndex: boolean) {
  const [, height, width, channels] = shape;
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);
  const y: number[] = [];
  const indices: number[] = [];
  for (let image = 0; image < shape[0]; image++)
    for (let outY = 0; outY < info.outHeight; outY++)
      for (let outX = 0; outX < info.outWidth; outX++)
        for (let channel = 0; channel < channels; channel++) {
          let greatest = -Infinity;
          let index = -1;
          for (let tap = 0; tap < info.filterHeight * info.filterWidth; tap++) {
            const inY = outY * info.strideHeight - info.padInfo.top + Math.floor(tap / info.filterWidth);
            const inX = outX * info.strideWidth - info.padInfo.left + (tap % info.filterWidth);
            if (inY < 0 || inY >= height || inX < 0 || inX >= width) continue;
            const place = (inY * width + inX) * channels + channel;
            const value = values[image * height * width * channels + place]!;
            if (value > greatest) [greatest, index] = [value, place + (includeBatchInIndex ? image * height * width * channels : 0)];
          }
          y.push(greatest);
          indices.push(index);
        }
  return { shape: info.outShape, y, indices };
} // prettier-ignore

test.each<[name: string, x: Shape, filterSize: number | [number, number], strides: number, pad: Pad]>([
  ['one channel', [2, 6, 7, 1], 2, 2, 'valid'],
  ['three channels, overlap', [2, 6, 7, 3], [3, 2], 1, 'same'],
  ['four channels', [1, 5, 5, 4], 3, 2, 'same'],
  ['a number as padding', [2, 6, 6, 7], 3, 2, 1],
  ['strides above the window', [2, 9, 9, 6], 2, 4, 'valid'],
  ['windows beside the image', [1, 2, 2, 5], 2, 1, 2],
  ['parts', [8, 40, 41, 18], 3, 2, 'same'],
])('%s', (_, shape, filterSize, strides, pad) => {
  for (const includeBatchInIndex of [false, true])
    tf.tidy(() => {
      const values = testValues(tf.util.sizeFromShape(shape), 3);
      const { y, indices } = poolWithArgmax(tf.tensor4d(values, shape), filterSize, strides, pad, includeBatchInIndex);
      const expected = reference(values, shape, filterSize, strides, pad, includeBatchInIndex);
      expect(y.shape).toEqual(expected.shape);
      expect(indices.dtype).toBe('int32');
      expect([...y.dataSync()]).toEqual(expected.y);
      expect([...indices.dataSync()]).toEqual(expected.indices);
    });
});

test('of equal values the first, never NaN, and -1 where there is nothing else', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([-3, -3, Number.NaN, -5, Number.NaN, Number.NaN], [1, 1, 6, 1]);
    const { y, indices } = poolWithArgmax(x, [1, 2], 2, 'valid', false);
    // Windows of height 1 every other column: [-3, -3], [NaN, -5], [NaN, NaN].
    expect([...y.dataSync()]).toEqual([-3, -5, -Infinity]);
    expect([...indices.dataSync()]).toEqual([0, 3, -1]);
  });
});

test('a tensor that is not an image is refused', () => {
  tf.tidy(() => {
    const x = tf.zeros([2, 2, 1]) as unknown as tf.Tensor4D;
    expect(() => poolWithArgmax(x, 2, 2, 'valid', false)).toThrow('shape comprised of positive integers');
  });
});

test('integers and empty tensors', () => {
  tf.tidy(() => {
    const integers = poolWithArgmax(tf.tensor4d([1, 2, 3, 6], [1, 2, 2, 1], 'int32'), 2, 2, 'valid', false);
    expect([...integers.y.dataSync(), ...integers.indices.dataSync()]).toEqual([6, 3]);
    expect(poolWithArgmax(tf.zeros([0, 4, 4, 2]), 2, 2, 'valid', false).y.shape).toEqual([0, 2, 2, 2]);
  });
  expect(tf.memory().numTensors).toBe(0);
});
