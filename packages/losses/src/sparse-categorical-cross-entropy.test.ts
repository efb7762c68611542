import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { expectTensor } from '@kumiko/testing';
import golden from '../../../fixtures/losses/sparse-categorical-cross-entropy.json' with { type: 'json' };
import { sparseCategoricalCrossEntropy, type SparseCategoricalCrossEntropyOptions } from './sparse-categorical-cross-entropy.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

function loss(logits: number[][], labels: number[], options: SparseCategoricalCrossEntropyOptions = {}): number[] {
  return [...sparseCategoricalCrossEntropy(tf.tensor2d(logits), tf.tensor1d(labels, 'int32'), options).dataSync()];
}

test.each(golden.rows)('agrees with PyTorch, value and gradient: $options', ({ options: packed, loss: wanted, grad }) => {
  const shape = golden.logits.shape as [number, number];
  const logits = tf.tensor2d(golden.logits.values, shape);
  const labels = tf.tensor1d(golden.labels, 'int32');
  const { classWeights, ...rest } = packed as { classWeights?: number[] } & Omit<SparseCategoricalCrossEntropyOptions, 'classWeights'>;
  const options = { ...rest, ...(classWeights && { classWeights: tf.tensor1d(classWeights) }) };
  expectTensor(sparseCategoricalCrossEntropy(logits, labels, options), { shape: rest.reduction === 'none' ? [6] : [], values: wanted });
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(sparseCategoricalCrossEntropy(x, labels, options)))(logits);
  expectTensor(gradient, { shape, values: grad });
});

test('the gradient of the mean is (softmax - onehot) / n', () => {
  const logits = tf.tensor2d([
    [1, 2, 3],
    [0, 0, 0],
  ]);
  const labels = tf.tensor1d([2, 0], 'int32');
  const gradient = tf.grad((x: tf.Tensor) => sparseCategoricalCrossEntropy(x, labels))(logits);
  const analytic = tf.div(tf.sub(tf.softmax(logits), tf.oneHot(labels, 3)), 2);
  expectTensor(gradient, { shape: [2, 3], values: [...analytic.dataSync()] });
});

test('is exact for extreme logits', () => {
  expect(
    loss(
      [
        [1e4, -1e4],
        [1e4, -1e4],
      ],
      [0, 1],
      { reduction: 'none' },
    ),
  ).toEqual([0, 2e4]);
  // Two classes share what is left: ln 2.
  expect(loss([[-Infinity, 3, 3]], [1])[0]).toBeCloseTo(Math.LN2, 6);
  const gradient = tf.grad((x: tf.Tensor) => sparseCategoricalCrossEntropy(x, tf.tensor1d([1], 'int32')))(tf.tensor2d([[-1e4, 1e4, 0]]));
  expect([...gradient.dataSync()].map(Math.abs)).toEqual([0, 0, 0]);
});

test('weighs samples and leaves padding out of the mean', () => {
  // Losses ln 2, ln 4 (uniform over 2 and 4 of 4 classes); weights 1 and 3.
  const logits = [
    [0, 0, -Infinity, -Infinity],
    [0, 0, 0, 0],
  ];
  const [ln2, ln4] = [Math.LN2, 2 * Math.LN2];
  expect(loss(logits, [0, 3], { sampleWeights: tf.tensor1d([1, 3]) })[0]).toBeCloseTo((ln2 + 3 * ln4) / 4, 6);
  expect(loss(logits, [0, -1], { ignoreIndex: -1 })[0]).toBeCloseTo(ln2, 6);
  expect(loss(logits, [-1, -1], { ignoreIndex: -1 })).toEqual([0]);
  expect(loss(logits, [-1, 3], { ignoreIndex: -1, sampleWeights: tf.tensor1d([5, 2]), reduction: 'none' })[0]).toBe(0);
});

test('padding has no gradient, not even a NaN', () => {
  const labels = tf.tensor1d([-1, 0], 'int32');
  const gradient = tf.grad((x: tf.Tensor) => sparseCategoricalCrossEntropy(x, labels, { ignoreIndex: -1 }))(
    tf.tensor2d([
      [5, 1],
      [0, 0],
    ]),
  );
  expect([...gradient.dataSync()]).toEqual([0, 0, -0.5, 0.5]);
});

test('a label that is no class gives NaN', () => {
  expect(loss([[0, 0]], [2])).toEqual([NaN]);
  expect(loss([[0, 0]], [-1])).toEqual([NaN]);
});

test('takes any number of leading axes', () => {
  const logits = tf.zeros([2, 3, 4]);
  const result = sparseCategoricalCrossEntropy(logits, tf.zeros([2, 3], 'int32'), { reduction: 'none' });
  expectTensor(result, { shape: [2, 3], values: Array.from({ length: 6 }, () => Math.log(4)) });
  expect(sparseCategoricalCrossEntropy(tf.zeros([4]), tf.scalar(1, 'int32')).shape).toEqual([]);
});

test('says what is wrong', () => {
  const logits = tf.zeros([2, 3]);
  const labels = tf.zeros([2], 'int32');
  const call = (options: SparseCategoricalCrossEntropyOptions) => () => sparseCategoricalCrossEntropy(logits, labels, options);
  expect(() => sparseCategoricalCrossEntropy(logits, tf.zeros([2, 3], 'int32'))).toThrow(
    'sparseCategoricalCrossEntropy: expected labels [2] for logits [2,3], got [2,3]. ',
  );
  expect(() => sparseCategoricalCrossEntropy(logits, tf.zeros([2]))).toThrow('expected labels of type int32, got float32');
  expect(call({ labelSmoothing: 1 })).toThrow('expected labelSmoothing in [0, 1), got 1');
  expect(call({ classWeights: tf.ones([2]) })).toThrow('expected classWeights [3], got [2]');
  expect(call({ ignoreIndex: 0.5 })).toThrow('expected ignoreIndex to be a whole number, got 0.5');
  expect(call({ sampleWeights: tf.ones([3]) })).toThrow('reduceLoss: expected weights');
});

test('leaves nothing behind', async () => {
  const logits = tf.zeros([2, 3]);
  const labels = tf.zeros([2], 'int32');
  const classWeights = tf.ones([3]) as tf.Tensor1D;
  await trackLeaks(() =>
    tf.tidy(() => sparseCategoricalCrossEntropy(logits, labels, { classWeights, labelSmoothing: 0.1, ignoreIndex: 4 })),
  );
  expect(logits.isDisposed || labels.isDisposed || classWeights.isDisposed).toBe(false);
});
