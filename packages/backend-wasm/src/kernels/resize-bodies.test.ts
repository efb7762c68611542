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

type Images = [number, number, number, number];
type Case = readonly [name: string, images: Images, size: [number, number]];

const cases: readonly Case[] = [
  ['one pixel to many', [1, 1, 1, 3], [4, 5]],
  ['many pixels to one', [1, 4, 5, 3], [1, 1]],
  ['the same size', [2, 3, 4, 5], [3, 4]],
  ['twice as large', [2, 5, 5, 4], [10, 10]],
  ['by fractions', [2, 5, 7, 6], [8, 11]],
  ['smaller', [2, 9, 8, 7], [4, 5]],
  ['much smaller', [2, 9, 23, 7], [4, 5]],
  ['higher and narrower', [1, 4, 20, 5], [9, 3]],
  ['many images in parts', [18, 14, 13, 10], [21, 20]],
  ['few images in parts', [2, 30, 29, 18], [61, 60]],
];
const modes = [
  { alignCorners: false, halfPixelCenters: false },
  { alignCorners: true, halfPixelCenters: false },
  { alignCorners: false, halfPixelCenters: true },
] as const;

describe.each(['ResizeBilinear', 'ResizeNearestNeighbor'])('%s', (kernel) => {
  test.each(cases)('%s', (_, shape, size) => {
    for (const mode of modes) compareWithCpu(kernel, { images: { shape } }, { ...mode, size });
  });

  test.each([1, 2, 3, 4, 5, 8, 15])('%s channels', (channels) => {
    for (const mode of modes) compareWithCpu(kernel, { images: { shape: [1, 4, 5, channels] } }, { ...mode, size: [7, 9] });
  });

  test('NaN and infinities', () => {
    const values = [1, Number.NaN, 2, Infinity, -1, -Infinity];
    compareWithCpu(kernel, { images: { shape: [1, 2, 3, 1], values } }, { ...modes[0], size: [4, 6] });
  });

  test('integers', () => {
    const images = { shape: [1, 2, 2, 1], dtype: 'int32', values: [1, 2, 3, 6] } as const;
    compareWithCpu(kernel, { images: { ...images, shape: [...images.shape] } }, { ...modes[0], size: [4, 4] });
  });

  test('no images', () => compareWithCpu(kernel, { images: { shape: [0, 2, 2, 1] } }, { ...modes[0], size: [4, 4] }));

  test.each(cases)('its gradient is the adjoint: %s', (_, shape, [rows, columns]) => {
    for (const alignCorners of [false, true])
      tf.tidy(() => {
        const images = tf.tensor4d(testValues(tf.util.sizeFromShape(shape), 1), shape);
        const dy = tf.tensor4d(testValues(shape[0] * rows * columns * shape[3], 2), [shape[0], rows, columns, shape[3]]);
        const run = (name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap) => tf.engine().runKernel(name, inputs, attrs) as tf.Tensor;
        const y = run(kernel, { images }, { alignCorners, halfPixelCenters: false, size: [rows, columns] });
        const dx = run(`${kernel}Grad`, { images, dy }, { alignCorners });
        expect(dx.shape).toEqual(shape);
        // Image by image: a gradient in another image's place must not cancel out.
        const inner = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b), [1, 2]).dataSync();
        const expected = inner(y, dy);
        inner(images, dx).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3));
      });
  }); // prettier-ignore
});

describe('gradients', () => {
  // Square images: tfjs' cpu kernels take the width for the height, and for nearest pixels one image for the other.
  test.each([1, 2, 3, 4, 7, 18])('%s channels', (channels) => {
    for (const kernel of ['ResizeBilinearGrad', 'ResizeNearestNeighborGrad'])
      for (const alignCorners of [false, true])
        for (const side of [3, 5, 11, 12])
          compareWithCpu(kernel, { images: { shape: [1, 5, 5, channels] }, dy: { shape: [1, side, side, channels] } }, { alignCorners });
  });
});

test('by hand: a row of two becomes four', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([0, 4], [1, 1, 2, 1]);
    const resize = (halfPixelCenters: boolean) => [...tf.image.resizeBilinear(x, [1, 4], false, halfPixelCenters).dataSync()];
    // Places 0, 0.5, 1 and 1.5, of which the last is beyond; with half pixels -0.25, 0.25, 0.75 and 1.25.
    expect(resize(false)).toEqual([0, 2, 4, 4]);
    expect(resize(true)).toEqual([0, 1, 3, 4]);
    expect([...tf.image.resizeNearestNeighbor(x, [1, 4]).dataSync()]).toEqual([0, 0, 4, 4]);
  });
});
