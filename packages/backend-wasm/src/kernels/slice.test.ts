import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 1 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const dtypes = ['float32', 'int32', 'bool'] as const;
const values = (length: number) => Array.from({ length }, (_, i) => i % 7);

test('a box by hand', () => {
  // Rows 1 and 2, columns 0 and 1 of [[0, 1, 2], [3, 4, 5], [6, 7, 8]].
  tf.tidy(() => {
    const x = tf.tensor2d([0, 1, 2, 3, 4, 5, 6, 7, 8], [3, 3]);
    expect(tf.slice(x, [1, 0], [2, 2]).arraySync()).toEqual([
      [3, 4],
      [6, 7],
    ]);
  });
});

test.each([
  [[5], [1], [3]],
  [[5], [0], [0]],
  [
    [4, 5],
    [1, 0],
    [2, 5],
  ],
  [
    [4, 5],
    [0, 2],
    [4, 2],
  ],
  [
    [3, 40],
    [1, 3],
    [2, 33],
  ],
  [
    [3, 4, 5],
    [1, 1, 0],
    [2, 2, 5],
  ],
  [
    [3, 4, 5],
    [0, 1, 2],
    [3, 3, 1],
  ],
  [
    [2, 3, 4, 5],
    [0, 1, 1, 1],
    [2, 1, 3, 2],
  ],
  [
    [2, 2, 2, 2, 3],
    [1, 0, 1, 0, 1],
    [1, 2, 1, 2, 2],
  ],
  [
    [2, 2, 2, 2, 2, 3],
    [0, 1, 0, 1, 0, 1],
    [2, 1, 2, 1, 2, 2],
  ],
  [
    [5, 4, 3],
    [0, 2, 1],
    [5, 1, 2],
  ],
  [
    [2, 4, 3, 5],
    [1, 1, 2, 0],
    [1, 3, 1, 5],
  ],
  [
    [2, 4, 3, 5],
    [0, 0, 1, 3],
    [2, 4, 1, 1],
  ],
  [
    [5, 4, 3],
    [1, 3, 2],
    [1, 1, 1],
  ],
  [
    [0, 3],
    [0, 1],
    [0, 2],
  ],
])('slice of %j from %j, %j long', (shape, begin, size) => {
  for (const dtype of dtypes)
    compareWithCpu('Slice', { x: { shape, dtype, values: values(tf.util.sizeFromShape(shape)) } }, { begin, size });
});

test('a size of -1 reaches to the end, and numbers stand for the first axis', () => {
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    expect(tf.slice(x, 1).arraySync()).toEqual([
      [3, 4],
      [5, 6],
    ]);
    expect(tf.slice(x, [1, 1], [-1, 1]).arraySync()).toEqual([[4], [6]]);
  });
});

test('out of bounds is an error', () => {
  const x = tf.zeros([2, 3]);
  expect(() => tf.slice(x, [1, 0], [2, 3])).toThrow('begin[0] + size[0] (3) would overflow input.shape[0] (2)');
  x.dispose();
});

test('all of a tensor is shared, a part of it is a copy', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 3]);
    expect(tf.slice(x, [0], [3]).dataId).toBe(x.dataId);
    expect(tf.slice(x, [0], [2]).dataId).not.toBe(x.dataId);
  });
});

test('strings', () => {
  tf.tidy(() => {
    const x = tf.tensor2d(['a', 'b', 'c', 'd'], [2, 2]);
    expect(tf.slice(x, [0, 1], [2, 1]).dataSync()).toEqual(['b', 'd']);
    expect(tf.unstack(x)[1]!.dataSync()).toEqual(['c', 'd']);
  });
});

test('split and unstack', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(tf.split(x, [1, 2], 1).map((part) => part.arraySync())).toEqual([
      [[1], [4]],
      [
        [2, 3],
        [5, 6],
      ],
    ]);
    expect(tf.unstack(x, 1).map((part) => part.arraySync())).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(tf.unstack(tf.zeros([0, 2]))).toEqual([]);
    expect(tf.split(tf.zeros([2, 0], 'int32'), [0, 2], 0).map(({ shape }) => shape)).toEqual([[0, 0], [2, 0]]); // prettier-ignore
    const [whole] = tf.unstack(tf.tensor3d([1, 2, 3], [3, 1, 1], 'bool'), 1);
    expect(whole).toMatchObject({ shape: [3, 1], dtype: 'bool' });
    const middle = tf.unstack(tf.reshape(tf.range(0, 24), [2, 3, 4]), 1)[2]!;
    expect(middle.arraySync()).toEqual([[8, 9, 10, 11], [20, 21, 22, 23]]); // prettier-ignore
    expect(() => tf.engine().runKernel('Unpack', { value: x }, { axis: 2 })).toThrow('axis param must be in range [-2, 2) but got axis 2');
  });
  expect(tf.memory().numTensors).toBe(before);
});

test.each(dtypes)('strides over %s', (dtype) => {
  const attrs = {
    begin: [0, 1],
    end: [3, 4],
    strides: [2, 2],
    beginMask: 0,
    endMask: 0,
    ellipsisMask: 0,
    newAxisMask: 0,
    shrinkAxisMask: 0,
  };
  compareWithCpu('StridedSlice', { x: { shape: [4, 5], dtype, values: values(20) } }, attrs);
  compareWithCpu(
    'StridedSlice',
    { x: { shape: [4, 5], dtype, values: values(20) } },
    { ...attrs, strides: [-1, -2], begin: [3, 4], end: [0, 0] },
  );
});
