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

describe.each(['float32', 'int32'] as const)('of %s', (dtype) => {
  const values = (size: number, spread: number) =>
    Array.from(testValues(size, 6), (value) => Math.round(value * spread) / (dtype === 'int32' ? 1 : 4));

  test.each([
    [[1], 1],
    [[2, 3], 2],
    [[7], 7],
    [[33, 35], 5],
    [[3, 4, 100], 100],
    [[5, 1000], 1],
    [[400, 700], 17],
    [[2, 5000], 2500],
    [[130, 1000], 1000],
    [[3, 8192], 512],
    [[3, 8193], 512],
    [[3, 0], 0],
  ])('%j by %d', (shape, k) => {
    const size = tf.util.sizeFromShape(shape);
    // Many that are equal, then few.
    for (const spread of [3, 1e6]) compareWithCpu('TopK', { x: { shape, dtype, values: values(size, spread) } }, { k, sorted: true }, 0);
  });

  test('ascending, descending, equal', () => {
    for (const step of [1, -1, 0]) {
      const x = { shape: [2, 90], dtype, values: Array.from({ length: 180 }, (_, i) => step * i) };
      for (const k of [1, 8, 90]) compareWithCpu('TopK', { x }, { k, sorted: true }, 0);
    }
  });
});

test('the limits of integers', () => {
  const x = { shape: [5], dtype: 'int32' as const, values: [0, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 2, -1] };
  for (const k of [1, 2, 5]) compareWithCpu('TopK', { x }, { k, sorted: true }, 0);
});

test('a NaN is the greatest; zeros are equal and keep their signs; infinities in their order', () => {
  tf.tidy(() => {
    const top = (x: number[], k: number) => {
      const { values, indices } = tf.topk(tf.tensor1d(x), k);
      return [[...values.dataSync()], [...indices.dataSync()]];
    };
    expect(top([1, NaN, 2, Infinity, NaN], 4)).toEqual([[NaN, NaN, Infinity, 2], [1, 4, 3, 2]]); // prettier-ignore
    expect(top([-0, 0, -1, -0], 3)).toEqual([[-0, 0, -0], [0, 1, 3]]); // prettier-ignore
    expect(top([-Infinity, 1, Infinity, -Infinity, Infinity], 5)).toEqual([[Infinity, Infinity, 1, -Infinity, -Infinity], [2, 4, 1, 0, 3]]); // prettier-ignore
    const late = Array.from({ length: 40 }, (_, i) => (i === 37 ? NaN : i % 5));
    expect(top(late, 2)).toEqual([[NaN, 4], [37, 4]]); // prettier-ignore
  });
});

test('the same of many, which are sorted', () => {
  const order = [NaN, Infinity, 1, 0, -1, -Infinity];
  const x = Array.from({ length: 700 }, (_, i) => [0, NaN, -Infinity, -0, 1, Infinity, -1][i % 7]!);
  const rank = (value: number) => order.findIndex((other) => other === value || Object.is(other, value));
  const expected = x.map((_, i) => i).sort((a, b) => rank(x[a]!) - rank(x[b]!) || a - b);
  tf.tidy(() => {
    const { values, indices } = tf.topk(tf.tensor1d(x), 700);
    expect([...indices.dataSync()]).toEqual(expected);
    expect([...values.dataSync()]).toEqual(expected.map((i) => x[i]));
  });
});

test('unsorted, and of bools', () => {
  tf.tidy(() => {
    const { values, indices } = tf.topk(tf.tensor1d([3, 1, 2, 5, 4]), 2, false);
    expect([[...values.dataSync()], [...indices.dataSync()]]).toEqual([[5, 4], [3, 4]]); // prettier-ignore
  });
  compareWithCpu('TopK', { x: { shape: [4], dtype: 'bool', values: [0, 1, 0, 1] } }, { k: 3, sorted: true }, 0);
});
