import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasmHost } from '../host.ts';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';
import { gemm } from './gemm.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const attrs = { transposeA: false, transposeB: false };

test.each([
  ['one row, in blocks of eight rows of B and of 2048 columns', 1, 21, 2107],
  ['one row, a B narrower than a vector', 1, 21, 3],
  ['two rows: B row by row', 2, 21, 107],
  ['three rows: B row by row, several blocks of columns', 3, 22, 1030],
  ['rows of a large B that lie on the same cache lines: row by row, several parts', 7, 523, 2048],
  ['more rows of a larger one', 11, 1025, 1024],
  ['few rows, B where it lies', 5, 700, 43],
  ['a B narrower than a panel', 3, 9, 5],
  ['several blocks of columns and several parts', 8, 1100, 530],
  ['rows of B on the same cache lines: packed block by block', 23, 210, 512],
  ['the same with columns that do not fill a block', 32, 70, 768],
  ['the last of the few rows', 32, 90, 61],
  ['the first of many rows', 33, 90, 61],
])('%s', (_, rows, depth, columns) => {
  const [a, b] = [{ shape: [1, rows, depth] }, { shape: [1, depth, columns] }];
  compareWithCpu(tf.BatchMatMul, { a, b }, attrs, 1e-4);
  for (const activation of ['linear', 'relu', 'relu6', 'leakyrelu']) {
    compareWithCpu(tf._FusedMatMul, { a, b, bias: { shape: [columns] } }, { ...attrs, activation, leakyreluAlpha: 0.3 }, 1e-4);
  }
});

test.each([1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 23, 47, 48, 49, 50, 97, 107, 145, 146])(
  'batches of transposed and plain matrices of %i rows, which tiles of different heights cover',
  (rows) => {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [true, true],
    ] as const) {
      const a = { shape: transposeA ? [3, 11, rows] : [3, rows, 11] };
      const b = { shape: transposeB ? [3, 37, 11] : [3, 11, 37] };
      compareWithCpu(tf.BatchMatMul, { a, b }, { transposeA, transposeB }, 1e-4);
    }
  },
);

test.each([
  ['few rows', 2, 9, 3],
  ['B row by row', 3, 18, 5],
  ['many rows', 40, 9, 3],
])('accumulate adds to what C holds, then bias and activation follow: %s', (_, rows, columns, depth) => {
  // Every element: 1 + 2 depth (products of 1 and 2) plus the bias 2 - 2 depth = 3, plus 0.5 = 3.5 in the last column; relu6 keeps both.
  tf.tidy(() => {
    const host = wasmHost(tf.backend());
    const at = (tensor: tf.Tensor) => host.pointer(tensor.dataId);
    const [a, b, c, bias] = [
      tf.ones([rows, depth]),
      tf.fill([depth, columns], 2),
      tf.ones([rows, columns]),
      tf.tensor1d([...Array<number>(columns - 1).fill(2 - 2 * depth), 2.5 - 2 * depth]),
    ];
    const operands = {
      a: { pointer: at(a), rowStride: depth, columnStride: 1 },
      b: { pointer: at(b), rowStride: columns, columnStride: 1 },
    };
    gemm(host, { ...operands, c: at(c), rows, columns, depth, accumulate: true, bias: at(bias), activation: 'relu6' });
    const row = [...Array<number>(columns - 1).fill(3), 3.5];
    expect([...c.dataSync()]).toEqual(Array.from({ length: rows }, () => row).flat());
  });
});

test('the last rows of B lie at the end of what is read', () => {
  // A NaN after B would show if a tile read past the last column and used it.
  tf.tidy(() => {
    const host = wasmHost(tf.backend());
    const [a, both, c] = [tf.ones([4, 2]), tf.tensor1d([1, 2, 3, 4, 5, 6, NaN, NaN, NaN, NaN]), tf.zeros([4, 3])];
    const at = (tensor: tf.Tensor) => host.pointer(tensor.dataId);
    const operands = { a: { pointer: at(a), rowStride: 2, columnStride: 1 }, b: { pointer: at(both), rowStride: 3, columnStride: 1 } };
    gemm(host, { ...operands, c: at(c), rows: 4, columns: 3, depth: 2 });
    expect([...c.dataSync()]).toEqual([5, 7, 9, 5, 7, 9, 5, 7, 9, 5, 7, 9]);
  });
});

test('equal bits in every run, whoever computes which part', () => {
  tf.tidy(() => {
    const [a, b] = [tf.randomNormal([8, 1100]), tf.randomNormal([1100, 530])];
    const first = tf.matMul(a, b).dataSync();
    for (let i = 0; i < 5; i++) expect(tf.matMul(a, b).dataSync()).toEqual(first);
  });
});
