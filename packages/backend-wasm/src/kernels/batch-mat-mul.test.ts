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

function compare(a: number[], b: number[], transposeA = false, transposeB = false) {
  compareWithCpu(tf.BatchMatMul, { a: { shape: a }, b: { shape: b } }, { transposeA, transposeB }, 1e-4);
}

const transposed = ([rows, columns]: readonly [number, number], swap: boolean): number[] => (swap ? [columns, rows] : [rows, columns]);

test('a case by hand', () => {
  // [[1, 2], [3, 4]] [[5, 6], [7, 8]] = [[19, 22], [43, 50]]
  expect(tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]).arraySync()).toEqual([[19, 22], [43, 50]]); // prettier-ignore
});

test.each([
  [1, 1, 1],
  [1, 9, 5],
  [1, 50, 70],
  [1, 700, 800],
  [70, 50, 1],
  [800, 700, 1],
  [3, 4, 7],
  [4, 8, 8],
  [5, 321, 9],
  [7, 641, 3],
  [66, 33, 70],
  [130, 330, 131],
])('%s x %s x %s in all four orders', (rows, depth, columns) => {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      compare(transposed([rows, depth], transposeA), transposed([depth, columns], transposeB), transposeA, transposeB);
    }
  }
});

test('outer dimensions', () => {
  compare([3, 2, 5], [3, 5, 4]);
  compare([1, 2, 5], [3, 5, 4]);
  compare([3, 5, 2], [1, 4, 5], true, true);
  compare([2, 3, 4, 5], [2, 3, 5, 6]);
  compare([2, 3, 4, 5], [3, 5, 6]);
  compare([2, 3, 4, 5], [5, 6]);
  compare([3, 1, 5], [1, 5, 6]);
  compare([3, 1, 5], [3, 5, 6]);
});

test('outer dimensions that broadcast both ways, where the cpu kernel gives up', () => {
  for (const [left, right] of [
    [
      [2, 1],
      [1, 3],
    ],
    [
      [2, 1, 2],
      [1, 3, 2],
    ],
    [
      [2, 1, 2],
      [3, 1],
    ],
  ] as const) {
    // prettier-ignore
    const a = tf.randomUniform([...left, 2, 3], -1, 1, 'float32', 1);
    const b = tf.randomUniform([...right, 3, 4], -1, 1, 'float32', 2);
    const product: tf.Tensor = tf.engine().runKernel(tf.BatchMatMul, { a, b }, { transposeA: false, transposeB: false });
    const sum = tf.sum(tf.mul(tf.expandDims(a, -1), tf.expandDims(b, -3)), -2);
    expect(product.shape).toEqual(sum.shape);
    expect(tf.max(tf.abs(tf.sub(product, sum))).arraySync()).toBeLessThan(1e-6);
  }
});

test('sizes of 0', () => {
  compare([0, 3], [3, 2]);
  compare([2, 3], [3, 0]);
  compare([2, 0], [0, 3]);
  compare([0, 2, 3], [0, 3, 2]);
  compare([3, 2, 0], [3, 0, 2]);
});

test('integers', () => {
  const inputs = {
    a: { shape: [2, 2], dtype: 'int32' as const, values: [1, 2, 3, 4] },
    b: { shape: [2, 1], dtype: 'int32' as const, values: [5, 6] },
  };
  compareWithCpu(tf.BatchMatMul, inputs, { transposeA: false, transposeB: false });
});

test('NaN and infinities pass through', () => {
  const product = tf.matMul(tf.tensor2d([Number.NaN, 1, Number.POSITIVE_INFINITY, 0], [2, 2]), tf.tensor2d([1, 1], [2, 1]));
  expect(product.arraySync()).toEqual([[Number.NaN], [Number.POSITIVE_INFINITY]]);
});

test('shapes that do not fit are refused', () => {
  const inputs = { a: tf.ones([2, 3]), b: tf.ones([4, 5]) };
  expect(() => tf.engine().runKernel(tf.BatchMatMul, inputs, { transposeA: false, transposeB: false })).toThrow('inner shapes (3) and (4)');
});
