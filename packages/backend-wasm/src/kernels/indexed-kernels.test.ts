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

const dtypes = ['float32', 'int32', 'bool'] as const;

/** Rows of indices into `shape`, some of them twice. */
function indicesInto(shape: readonly number[], count: number) {
  const draws = testValues(count * shape.length, 5);
  const values = [...draws].map((draw, i) => Math.floor(((draw + 1) / 2) * shape[i % shape.length]!));
  return { shape: [count, shape.length], dtype: 'int32' as const, values };
}

describe.each(dtypes)('%s', (dtype) => {
  const tensor = (shape: number[]) => {
    const values = [...testValues(tf.util.sizeFromShape(shape), 7)];
    return { shape, dtype, values: values.map((value) => (dtype === 'bool' ? Number(value > 0) : Math.round(value * 1000))) };
  };

  test.each([
    [[7], 1, 5],
    [[5, 3], 1, 9],
    [[5, 3], 2, 4],
    [[2, 3, 4, 5, 2, 3], 6, 20],
    [[2, 3, 4, 5, 2, 3], 4, 20],
    [[3, 4, 17], 2, 33],
    [[300, 1024], 1, 200],
    [[9, 4096], 1, 20],
    [[100_000], 1, 70_000],
    [[4001, 70], 1, 3],
    [[40, 50, 60], 3, 20_001],
  ])('into %j by %d indices, %d times', (shape, depth, count) => {
    const indices = indicesInto(shape.slice(0, depth), count);
    compareWithCpu('GatherNd', { params: tensor(shape), indices }, {}, 0);
    const updates = tensor([count, ...shape.slice(depth)]);
    // The cpu kernel counts how often a bool is set.
    if (dtype !== 'bool') compareWithCpu('ScatterNd', { indices, updates }, { shape }, 0);
    compareWithCpu('TensorScatterUpdate', { tensor: tensor(shape), indices, updates }, {}, 0);
    if (depth === shape.length)
      compareWithCpu(
        'SparseToDense',
        { sparseIndices: indices, sparseValues: updates, defaultValue: tensor([]) },
        { outputShape: shape },
        0,
      );
  });

  test('one value for all, at single indices', () => {
    const sparseIndices = { shape: [3], dtype: 'int32' as const, values: [4, 0, 5] };
    compareWithCpu('SparseToDense', { sparseIndices, sparseValues: tensor([]), defaultValue: tensor([]) }, { outputShape: [6] }, 0);
  });
});

test('bools that are set twice are set', () => {
  tf.tidy(() => {
    const scattered = tf.scatterND(tf.tensor2d([[1], [1], [2]], [3, 1], 'int32'), tf.tensor1d([1, 1, 0], 'bool'), [3]);
    expect([...scattered.dataSync()]).toEqual([0, 1, 0]);
  });
});

test('sums start at 0, which has no sign', () => {
  tf.tidy(() => {
    for (const columns of [3, 19]) {
      const sum = tf.scatterND(tf.tensor2d([[1]], [1, 1], 'int32'), tf.fill([1, columns], -0), [2, columns]);
      expect([...sum.dataSync()].some((value) => Object.is(value, -0))).toBe(false);
    }
  });
});

test('a tensor may be updated by itself', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 3]);
    expect([...tf.tensorScatterUpdate(x, tf.tensor2d([[2], [0], [1]], [3, 1], 'int32'), x).dataSync()]).toEqual([2, 3, 1]);
  });
});

describe('indices out of bounds', () => {
  const row = (...values: number[]) => tf.tensor2d(values, [1, values.length], 'int32');
  const x = () => tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
  const update = () => tf.tensor1d([9]);
  const text = 'does not index into 2,3';

  test.each([
    ['gatherND', () => tf.gatherND(x(), row(2, 0))],
    ['scatterND', () => tf.scatterND(row(0, -1), update(), [2, 3])],
    ['tensorScatterUpdate', () => tf.tensorScatterUpdate(x(), row(1, 1000), update())],
    ['sparseToDense', () => tf.sparseToDense(row(2 ** 30, 2 ** 30), update(), [2, 3], tf.scalar(0))],
  ])('%s throws, and goes on as before', (_name, call) => {
    const before = tf.memory().numTensors;
    expect(() => tf.tidy(call)).toThrow(text);
    expect(tf.memory().numTensors).toBe(before);
    tf.tidy(() => {
      expect([...tf.gatherND(x(), row(1, 1)).dataSync()]).toEqual([5]);
    });
  });

  test('gather throws', () => {
    tf.tidy(() => {
      expect(() => tf.gather(x(), tf.tensor1d([1, 3], 'int32'), 1)).toThrow('the index value 3 is not in [0, 2]');
      expect(() => tf.gather(x(), tf.tensor1d([-1], 'int32'))).toThrow('the index value -1 is not in [0, 1]');
    });
  });

  test('as on the cpu backend only the place counts that all of a row mean', () => {
    tf.tidy(() => {
      expect([...tf.gatherND(x(), row(0, 4)).dataSync()]).toEqual([5]);
      expect([...tf.scatterND(row(2, -1), update(), [2, 3]).dataSync()]).toEqual([0, 0, 0, 0, 0, 9]);
    });
  });
});
