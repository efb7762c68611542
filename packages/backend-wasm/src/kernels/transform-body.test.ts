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

type Interpolation = 'nearest' | 'bilinear';
type FillMode = 'constant' | 'reflect' | 'wrap' | 'nearest';

const projections: Readonly<Record<string, readonly number[]>> = {
  identity: [1, 0, 0, 0, 1, 0, 0, 0],
  'a shift': [1, 0, -2.5, 0, 1, 1.25, 0, 0],
  'a shift far away': [1, 0, 40.5, 0, 1, -37.75, 0, 0],
  'a turn and a stretch': [0.6, -0.9, 3, 0.8, 0.5, -2, 0, 0],
  'a perspective': [1.1, 0.2, -1, -0.3, 0.9, 2, 0.05, -0.03],
  'a horizon in the image': [1, 0, 0, 0, 1, 0, -0.5, 0],
  'no number': [Number.NaN, 0, 0, 0, 1, 0, 0, 0],
};

describe.each(['nearest', 'bilinear'] as Interpolation[])('%s pixels', (interpolation) => {
  describe.each(['constant', 'reflect', 'wrap', 'nearest'] as FillMode[])('filled: %s', (fillMode) => {
    test.each(Object.entries(projections))('%s', (_, values) => {
      const attrs = { interpolation, fillMode, fillValue: 0.75 } as unknown as tf.NamedAttrMap;
      for (const [shape, outputShape] of [
        [[1, 5, 6, 3], null],
        [
          [1, 4, 4, 4],
          [7, 3],
        ],
        [
          [1, 1, 7, 1],
          [2, 9],
        ],
        [
          [1, 6, 1, 9],
          [5, 4],
        ],
      ] as const) {
        const transforms = { shape: [1, 8], values };
        compareWithCpu('Transform', { image: { shape: [...shape] }, transforms }, { ...attrs, outputShape } as unknown as tf.NamedAttrMap);
      }
    });
  });
});

test('every image of a batch, by its own projection or by that of all', () => {
  tf.tidy(() => {
    const images = tf.tensor4d(testValues(3 * 40 * 30 * 8, 1), [3, 40, 30, 8]);
    const all = tf.tensor2d([projections['a shift']!, projections['a perspective']!, projections['identity']!].flat(), [3, 8]);
    const one = (image: number, transforms: tf.Tensor2D): number[] => [
      ...tf.image.transform(tf.slice(images, [image, 0, 0, 0], [1, 40, 30, 8]), transforms, 'bilinear', 'reflect').dataSync(),
    ];
    const own = [0, 1, 2].flatMap((image) => one(image, tf.slice(all, [image, 0], [1, 8])));
    expect([...tf.image.transform(images, all, 'bilinear', 'reflect').dataSync()]).toEqual(own);
    const shared = tf.slice(all, [0, 0], [1, 8]);
    expect([...tf.image.transform(images, shared, 'bilinear', 'reflect').dataSync()]).toEqual([0, 1, 2].flatMap((i) => one(i, shared)));
  });
});

test('by hand: a row shifted by half a pixel', () => {
  tf.tidy(() => {
    const image = tf.tensor4d([1, 3, 7], [1, 1, 3, 1]);
    const shift = tf.tensor2d([[1, 0, 0.5, 0, 1, 0, 0, 0]]);
    const row = (mode: FillMode): number[] => [...tf.image.transform(image, shift, 'bilinear', mode, 9).dataSync()];
    // Places 0.5, 1.5 and 2.5, of which the last lies between 7 and the fill; below the row all is filled, with a weight of 0.
    expect(row('constant')).toEqual([2, 5, 8]);
    expect(row('nearest').slice(0, 2)).toEqual([2, 5]);
  });
});

test('integers, as on the cpu backend', () => {
  const image = { shape: [1, 2, 3, 1], dtype: 'int32' as const, values: [1, 2, 3, 4, 5, 6] };
  const transforms = { shape: [1, 8], values: projections['a shift']! };
  compareWithCpu('Transform', { image, transforms }, { interpolation: 'nearest', fillMode: 'wrap', fillValue: 0 });
});
