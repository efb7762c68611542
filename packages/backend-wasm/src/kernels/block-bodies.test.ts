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

const dtypes = ['float32', 'int32', 'bool'] as const;

function tensor(shape: number[], dtype: (typeof dtypes)[number]) {
  const values = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => (dtype === 'bool' ? (i % 3) & 1 : i));
  return { shape, dtype, values };
}

test('a block by hand', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    const batch = tf.spaceToBatchND(x, [2, 2], [[0, 0], [0, 0]]); // prettier-ignore
    expect(batch.shape).toEqual([4, 1, 1, 1]);
    expect([...batch.dataSync()]).toEqual([1, 2, 3, 4]);
    expect([...tf.batchToSpaceND(batch, [2, 2], [[0, 0], [0, 1]]).dataSync()]).toEqual([1, 3]); // prettier-ignore
    expect([...tf.depthToSpace(tf.reshape(x, [1, 1, 1, 4]) as tf.Tensor4D, 2).dataSync()]).toEqual([1, 2, 3, 4]);
  });
});

test.each(dtypes)('space and batch of %s', (dtype) => {
  for (const [shape, blockShape, pads] of [
    [
      [1, 4, 4, 2],
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ],
    [
      [2, 5, 7, 3],
      [2, 3],
      [
        [1, 0],
        [1, 1],
      ],
    ],
    [[3, 6, 5], [3], [[0, 0]]],
    [
      [2, 4, 4, 4, 3],
      [2, 2, 2],
      [
        [0, 0],
        [2, 0],
        [0, 2],
      ],
    ],
    [
      [4, 30, 26, 16],
      [2, 2],
      [
        [1, 1],
        [1, 1],
      ],
    ],
  ] as [number[], number[], number[][]][]) {
    // prettier-ignore
    // The cpu kernel pads no bools.
    if (dtype !== 'bool' || pads.flat().every((pad) => pad === 0))
      compareWithCpu('SpaceToBatchND', { x: tensor(shape, dtype) }, { blockShape, paddings: pads }, 0);
    const batched = shape.map((length, axis) => (axis === 0 ? length * tf.util.sizeFromShape(blockShape) : length));
    compareWithCpu('BatchToSpaceND', { x: tensor(batched, dtype) }, { blockShape, crops: pads }, 0);
  }
});

test.each(dtypes)('depth and space of %s', (dtype) => {
  for (const [shape, blockSize] of [
    [[1, 2, 2, 4], 2],
    [[2, 3, 5, 18], 3],
    [[4, 20, 20, 64], 2],
    [[0, 2, 2, 4], 2],
  ] as [number[], number][])
    // prettier-ignore
    compareWithCpu('DepthToSpace', { x: tensor(shape, dtype) }, { blockSize, dataFormat: 'NHWC' }, 0);
});
