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

function compare(equation: string, ...shapes: number[][]) {
  compareWithCpu(
    tf.Einsum,
    shapes.map((shape) => ({ shape })),
    { equation },
  );
}

test('a case by hand', () => {
  const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const b = tf.tensor2d([5, 6, 7, 8], [2, 2]);
  // (a b)^T: a b = [[19, 22], [43, 50]].
  expect(tf.einsum('ij,jk->ki', a, b).arraySync()).toEqual([[19, 43], [22, 50]]); // prettier-ignore
  // The sum of a * b: 5 + 12 + 21 + 32.
  expect(tf.einsum('ij,ij->', a, b).arraySync()).toBe(70);
});

test.each([
  ['ij->ji', [2, 3]],
  ['ij->', [2, 3]],
  ['ijk->ki', [2, 3, 4]],
  ['i->i', [3]],
  ['->', []],
])('one tensor: %s', (equation, shape) => compare(equation, shape));

test.each([
  ['matrix product', 'ij,jk->ik', [3, 4], [4, 5]],
  ['both transposed', 'ji,kj->ik', [4, 3], [5, 4]],
  ['result transposed', 'ij,jk->ki', [3, 4], [4, 5]],
  ['batches', 'bij,bjk->bik', [2, 3, 4], [2, 4, 5]],
  ['attention scores', 'bqhd,bkhd->bhqk', [2, 3, 2, 4], [2, 5, 2, 4]],
  ['attention values', 'bhqk,bkhd->bqhd', [2, 2, 3, 5], [2, 5, 2, 4]],
  ['several summed dimensions', 'abcd,cdbe->ea', [2, 3, 4, 5], [4, 5, 3, 2]],
  ['summed in one operand only', 'ijx,jky->ik', [3, 4, 2], [4, 5, 3]],
  ['matrix and vector', 'ij,j->i', [3, 4], [4]],
  ['vector and matrix', 'j,jk->k', [4], [4, 5]],
  ['inner product', 'i,i->', [7], [7]],
  ['outer product', 'i,j->ji', [3], [4]],
  ['elementwise', 'ij,ji->ij', [3, 4], [4, 3]],
  ['diagonal of a product', 'ij,ij->i', [3, 4], [3, 4]],
  ['a scalar', ',ij->ji', [], [3, 4]],
  ['an empty sum', 'ij,jk->ik', [3, 0], [0, 5]],
])('two tensors, %s: %s', (_, equation, a, b) => compare(equation, a, b));

test('integers', () => {
  const a = { shape: [2, 2], dtype: 'int32' as const, values: [1, 2, 3, 4] };
  compareWithCpu(tf.Einsum, [a, a], { equation: 'ij,jk->ik' });
});

test('sizes that differ are refused', () => {
  expect(() => tf.einsum('ij,jk->ik', tf.ones([2, 3]), tf.ones([4, 5]))).toThrow('Expected dimension 3 at axis 0');
});
