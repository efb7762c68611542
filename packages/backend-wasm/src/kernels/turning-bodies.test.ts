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

const shapes = [[1, 1, 1, 1], [1, 4, 4, 2], [2, 13, 11, 3], [1, 5, 8, 4], [3, 40, 33, 16], [2, 0, 3, 1]]; // prettier-ignore

test('an image by hand', () => {
  tf.tidy(() => {
    const image = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    expect([...tf.image.flipLeftRight(image).dataSync()]).toEqual([2, 1, 4, 3]);
    // A quarter turn about the first pixel: row 1 comes from column 1, and what would come from column -1 is filled.
    expect([...tf.image.rotateWithOffset(image, Math.PI / 2, 7, 0).dataSync()]).toEqual([1, 3, 7, 7]);
  });
});

test.each(['float32', 'int32', 'bool'] as const)('flipLeftRight of %s', (dtype) => {
  for (const shape of shapes) {
    const values = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => (dtype === 'bool' ? (i % 3) & 1 : i));
    compareWithCpu('FlipLeftRight', { image: { shape, dtype, values } }, {}, 0);
  }
});

test.each([
  [0, 0, 0.5],
  [0.5, 0, 0.5],
  [-2.3, 0.25, [0.2, 0.9]],
  [Math.PI / 2, -9, 0],
  [Math.PI, [1, 2, 3], 0.5],
] as const)('rotation by %f, filled with %j about %j', (radians, fillValue, center) => {
  const attrs = { radians, fillValue, center } as unknown as tf.NamedAttrMap;
  for (const shape of shapes) {
    compareWithCpu('RotateWithOffset', { image: { shape } }, attrs, 0);
    const values = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => i - 9);
    compareWithCpu('RotateWithOffset', { image: { shape, dtype: 'int32', values } }, attrs, 0);
  }
});
