import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu, type TestInput } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

function compare(a: number[], b: number[], activation: string, others: Record<string, TestInput> = {}, attrs: tf.NamedAttrMap = {}) {
  compareWithCpu(
    tf._FusedMatMul,
    { a: { shape: a }, b: { shape: b }, ...others },
    { transposeA: false, transposeB: false, activation, ...attrs },
    1e-4,
  );
}

test('a case by hand', () => {
  // [[1, 2]] [[3, -4], [5, -6]] = [[13, -16]], plus [1, 2]: [[14, -14]], relu: [[14, 0]].
  const product = tf.fused.matMul({ a: tf.tensor2d([[1, 2]]), b: tf.tensor2d([[3, -4], [5, -6]]), bias: tf.tensor1d([1, 2]), activation: 'relu' }); // prettier-ignore
  expect(product.arraySync()).toEqual([[14, 0]]);
});

test('relu6 and leakyrelu by hand', () => {
  // [[1, 2]] [[3, -4, 1], [5, -6, 1]] = [[13, -16, 3]]
  const [a, b] = [tf.tensor2d([[1, 2]]), tf.tensor2d([[3, -4, 1], [5, -6, 1]])]; // prettier-ignore
  expect(tf.fused.matMul({ a, b, activation: 'relu6' }).arraySync()).toEqual([[6, 0, 3]]);
  expect(tf.fused.matMul({ a, b, activation: 'leakyrelu', leakyreluAlpha: 0.5 }).arraySync()).toEqual([[13, -8, 3]]);
  expect(tf.fused.matMul({ a: tf.tile(a, [2, 1]), b, activation: 'relu6' }).arraySync()).toEqual([[6, 0, 3], [6, 0, 3]]); // prettier-ignore
});

test.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'])('%s', (activation) => {
  const attrs = activation === 'leakyrelu' ? { leakyreluAlpha: 0.3 } : {};
  compare([1, 9, 20], [1, 20, 70], activation, {}, attrs);
  compare([1, 9, 20], [1, 20, 70], activation, { bias: { shape: [70] } }, attrs);
  compare([3, 5, 4], [3, 4, 6], activation, { bias: { shape: [6] } }, attrs);
});

test('prelu, with weights for each column or each value', () => {
  compare([1, 5, 8], [1, 8, 7], 'prelu', { bias: { shape: [7] }, preluActivationWeights: { shape: [7] } });
  compare([1, 5, 8], [1, 8, 7], 'prelu', { preluActivationWeights: { shape: [1, 5, 7] } });
});

test('a bias of any shape that broadcasts', () => {
  compare([2, 5, 8], [2, 8, 7], 'relu', { bias: { shape: [] } });
  compare([2, 5, 8], [2, 8, 7], 'linear', { bias: { shape: [1] } });
  compare([2, 5, 8], [2, 8, 7], 'sigmoid', { bias: { shape: [5, 1] } });
  compare([2, 5, 8], [2, 8, 7], 'linear', { bias: { shape: [2, 5, 7] } });
});

test('one row and one column, whose bias is a vector and a single value', () => {
  for (const activation of ['linear', 'relu6', 'leakyrelu']) {
    compare([1, 1, 20], [1, 20, 75], activation, { bias: { shape: [75] } }, { leakyreluAlpha: 0.3 });
    compare([1, 1, 20], [1, 75, 20], activation, { bias: { shape: [75] } }, { leakyreluAlpha: 0.3, transposeB: true });
    compare([1, 75, 20], [1, 20, 1], activation, { bias: { shape: [1] } }, { leakyreluAlpha: 0.3 });
    compare([1, 20, 75], [1, 20, 1], activation, { bias: { shape: [1] } }, { leakyreluAlpha: 0.3, transposeA: true });
  }
});

test('transposed operands', () => {
  compare([1, 20, 9], [1, 70, 20], 'relu', { bias: { shape: [70] } }, { transposeA: true, transposeB: true });
});

test('an empty sum leaves the bias', () => {
  compare([1, 2, 0], [1, 0, 3], 'relu', { bias: { shape: [3] } });
  compare([2, 2, 0], [2, 0, 3], 'linear', { bias: { shape: [3] } });
});

test('an activation that tfjs does not have is refused', () => {
  expect(() => compare([1, 2, 2], [1, 2, 2], 'swish')).toThrow(/swish/);
});

test('the same bits with one thread as with two', async () => {
  const product = () =>
    tf.tidy(() => {
      const a = tf.randomUniform([300, 500], -1, 1, 'float32', 1);
      const b = tf.randomUniform([500, 260], -1, 1, 'float32', 2);
      return tf.fused.matMul({ a, b, activation: 'relu' }).dataSync().slice();
    });
  const two = product();
  await dispose();
  const backend = await selectBackend([wasm({ threads: 1 })]);
  dispose = () => backend.dispose();
  expect(product()).toEqual(two);
});
