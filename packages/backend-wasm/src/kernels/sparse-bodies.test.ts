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

const int32 = (shape: number[], values: readonly number[]) => ({ shape, dtype: 'int32' as const, values });

/** Integers in [0, high). */
const draws = (size: number, high: number, seed: number) =>
  Array.from(testValues(size, seed), (value) => Math.floor(((value + 1) / 2) * high));

const fails = (call: () => unknown, text: string) => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    expect(call).toThrow(text);
  });
  expect(tf.memory().numTensors).toBe(before);
};

describe('SparseReshape', () => {
  test.each([
    [[12], [3, 4]],
    [[3, 4], [-1]],
    [
      [4, 6, 5],
      [10, -1, 3],
    ],
    [
      [2, 3, 4, 5],
      [5, 4, 3, 2],
    ],
    [
      [60_000, 70_000],
      [-1, 70, 1000],
    ],
    [
      [2 ** 20, 2 ** 20],
      [2 ** 10, 2 ** 20, -1],
    ],
    [[5], [5]],
  ])('%j to %j', (from, to) => {
    for (const count of [1, 35, 20_000]) {
      const indices = draws(count * from.length, 2 ** 31, count).map((value, i) => value % from[i % from.length]!);
      compareWithCpu(
        'SparseReshape',
        { inputIndices: int32([count, from.length], indices), inputShape: int32([from.length], from), newShape: int32([to.length], to) },
        {},
        0,
      );
    }
  });

  test('indices out of bounds are reckoned with as they are', () => {
    const inputIndices = int32([2, 2], [-1, 2, 9, 9]);
    compareWithCpu('SparseReshape', { inputIndices, inputShape: int32([2], [3, 4]), newShape: int32([3], [2, 2, 3]) }, {}, 0);
  });

  test('no indices', () => {
    compareWithCpu('SparseReshape', { inputIndices: int32([0, 2], []), inputShape: int32([2], [3, 4]), newShape: int32([1], [12]) }, {}, 0);
  });

  test.each([
    [[5, -1], 'multiple'],
    [[-1, -1], 'only one output dimension may be -1'],
    [[-2], 'size 0 must be non-negative'],
    [[5], 'a tensor with 12 dense values, but the requested shape has 5'],
  ])('a new shape %j is an error', (shape, text) => {
    const [indices, from] = [tf.tensor2d([[1, 1]], [1, 2], 'int32'), tf.tensor1d([3, 4], 'int32')];
    fails(() => tf.sparse.sparseReshape(indices, from, tf.tensor1d(shape, 'int32')), text);
    tf.dispose([indices, from]);
  });
});

describe.each(['SparseSegmentMean', 'SparseSegmentSum'])('%s', (kernel) => {
  test.each(['float32', 'int32'] as const)('of %s', (dtype) => {
    for (const [rows, columns, count, segments] of [
      [3, 64, 3, 1],
      [35, 67, 35, 9],
      [5, 1, 40, 60],
      [40, 3, 1, 1],
      [300, 131, 4000, 500],
      [300, 40, 9000, 3],
    ] as const) {
      const values = draws(rows * columns, 2000, 1).map((value) => value - 1000);
      const ids = draws(count, segments, 2).sort((a, b) => a - b);
      const inputs = { indices: int32([count], draws(count, rows, 3)), segmentIds: int32([count], ids) };
      compareWithCpu(kernel, { data: { shape: [rows, columns], dtype, values }, ...inputs });
    }
  });

  test('of vectors and of more than two axes; with segments of nothing', () => {
    const inputs = { indices: int32([4], [2, 0, 1, 1]), segmentIds: int32([4], [1, 1, 4, 7]) };
    compareWithCpu(kernel, { data: { shape: [3] }, ...inputs }, {}, 0);
    compareWithCpu(kernel, { data: { shape: [3, 2, 5] }, ...inputs });
    compareWithCpu(kernel, { data: { shape: [3, 2] }, indices: int32([0], []), segmentIds: int32([0], []) }, {}, 0);
  });

  test.each([
    [[0, 1], [1, 0], 'segment ids are not increasing'],
    [[0, 1], [-2, 0], 'Segment id -2 out of range [0, 1)'],
    [[0, 1], [-1, -1], 'segment ids must be >= 0'],
    [[0, 3], [0, 1], 'indices[1] == 3 out of range [0, 2)'],
    [[-1, 0], [0, 1], 'indices[0] == -1 out of range [0, 2)'],
  ])('indices %j of segments %j are an error', (indices, ids, text) => {
    const call = () =>
      tf.engine().runKernel(kernel, {
        data: tf.tensor2d([[1, 2], [3, 4]]),
        indices: tf.tensor1d(indices, 'int32'),
        segmentIds: tf.tensor1d(ids, 'int32'),
      }); // prettier-ignore
    fails(call, text);
  });
});

describe('SparseFillEmptyRows', () => {
  test.each(['float32', 'int32', 'bool'] as const)('of %s', (dtype) => {
    for (const [rows, rank, count] of [
      [1, 1, 1],
      [5, 2, 4],
      [9, 3, 40],
      [300, 2, 300],
      [7, 2, 0],
    ] as const) {
      for (const isSorted of [true, false]) {
        const firsts = draws(count, rows, 5);
        if (isSorted) firsts.sort((a, b) => a - b);
        const indices = firsts.flatMap((row, i) => [row, ...Array<number>(rank - 1).fill(i)]);
        const values = draws(count, dtype === 'bool' ? 2 : 100, 6);
        compareWithCpu(
          'SparseFillEmptyRows',
          {
            indices: int32([count, rank], indices),
            values: { shape: [count], dtype, values },
            denseShape: int32([rank], Array<number>(rank).fill(rows)),
            defaultValue: { shape: [], dtype, values: [1] },
          },
          {},
          0,
        );
      }
    }
  });

  test.each([
    [[[5, 0]], 'indices(0, 0) is invalid: 5 >= 3'],
    [
      [
        [0, 0],
        [-1, 0],
      ],
      'indices(1, 0) is invalid: -1 < 0',
    ],
  ])('indices %j are an error', (indices, text) => {
    const call = () =>
      tf.sparse.sparseFillEmptyRows(
        tf.tensor2d(indices, [indices.length, 2], 'int32'),
        tf.ones([indices.length]) as tf.Tensor1D,
        tf.tensor1d([3, 3], 'int32'),
        tf.scalar(0),
      );
    fails(call, text);
  });
});
