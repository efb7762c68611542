import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { expectTensor } from '@kumiko/testing';
import { describe, expect, test } from 'vitest';
import golden from '../../../../fixtures/ops/softmax-cross-entropy.json' with { type: 'json' };
import { onEveryBackend } from '../backends.fixture.ts';
import { softmaxCrossEntropyGradientReference } from './internal/softmax-cross-entropy-gradient.ts';
import { softmaxCrossEntropyReference } from './internal/softmax-cross-entropy-reference.ts';
import { softmaxCrossEntropy, type SoftmaxCrossEntropyOptions } from './softmax-cross-entropy.ts';

const unpack = ({ shape, values, dtype = 'float32' }: { shape: number[]; values: number[]; dtype?: string }): tf.Tensor =>
  tf.tensor(values, shape, dtype as 'float32');

const ramp = (shape: number[]): tf.Tensor => tf.add(tf.reshape(tf.range(0, tf.util.sizeFromShape(shape)), shape), 1);

onEveryBackend(() => {
  test.each(golden.rows)('agrees with PyTorch: $name, smoothing $labelSmoothing', (row) => {
    const { labelSmoothing } = row;
    const [logits, targets, dy] = [unpack(row.logits), unpack(row.targets), unpack(row.dy)];
    expectTensor(softmaxCrossEntropy(logits, targets, { labelSmoothing }), row.losses);
    const slope = (x: tf.Tensor, weights: tf.Tensor): tf.Tensor =>
      tf.grad((y: tf.Tensor) => softmaxCrossEntropy(y, targets, { labelSmoothing }))(x, weights);
    expectTensor(slope(logits, dy), row.gradient);
    if (row.targetGradient !== null) {
      const gradient = tf.grad((q: tf.Tensor) => softmaxCrossEntropy(logits, q, { labelSmoothing }))(targets, dy);
      expectTensor(gradient, row.targetGradient);
    }
    // The gradient of sum(cos(1, 2, ...) * gradient).
    const twice = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(slope(x, dy), tf.cos(ramp(x.shape)))))(logits);
    expectTensor(twice, row.secondGradient);
  });

  // Around the width of a vector, of two, and of many.
  test.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 31, 1025, 20_001])('%i classes are those of the reference, value and gradient', (classes) => {
    const logits = tf.mul(tf.sin(tf.mul(ramp([3, classes]), 12.9898)), 8) as tf.Tensor;
    const labels = tf.tensor1d([0, classes - 1, Math.floor(classes / 2)], 'int32');
    const dy = tf.tensor1d([1, -0.5, 2]);
    const shares = tf.softmax(tf.cos(ramp([3, classes])));
    for (const targets of [labels, shares]) {
      for (const labelSmoothing of [0, 0.25]) {
        const attributes = { labelSmoothing };
        const expected = softmaxCrossEntropyReference({ logits, targets }, attributes);
        expectTensor(softmaxCrossEntropy(logits, targets, attributes), { shape: [3], values: [...expected.dataSync()] });
        const gradient = tf.grad((x: tf.Tensor) => softmaxCrossEntropy(x, targets, attributes))(logits, dy);
        const wanted = softmaxCrossEntropyGradientReference({ logits, targets, dy }, attributes);
        expectTensor(gradient, { shape: [3, classes], values: [...wanted.dataSync()] });
      }
    }
  });

  test('logits of 1e4 and of -Infinity, by hand', () => {
    const logits = tf.tensor2d([
      [1e4, -1e4, 0],
      [1e4, -1e4, 0],
      [-Infinity, 3, 3],
      [-Infinity, 0, 0],
    ]);
    const labels = tf.tensor1d([0, 1, 1, 0], 'int32');
    expectTensor(softmaxCrossEntropy(logits, labels), { shape: [4], values: [0, 2e4, Math.LN2, Infinity] });
    const shares = tf.tensor2d([
      [0.5, 0.5, 0],
      [0, 0, 1],
      [0, 0.25, 0.75],
      [0, 1, 0],
    ]);
    expectTensor(softmaxCrossEntropy(logits, shares), { shape: [4], values: [1e4, 1e4, Math.LN2, Math.LN2] });
    const slopes = [0, 0, 0, 1, -1, 0, 0, -0.5, 0.5];
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.slice(softmaxCrossEntropy(x, labels), 0, 3)))(logits);
    expectTensor(tf.slice(gradient, 0, 3), { shape: [3, 3], values: slopes.map((slope) => slope + 0) });
    const smooth = softmaxCrossEntropy(tf.tensor2d([[1e4, -1e4]]), tf.tensor1d([0], 'int32'), { labelSmoothing: 0.5 });
    expectTensor(smooth, { shape: [1], values: [5e3] }); // 3/4 of 0 and 1/4 of 2e4
  });

  test('a row of nothing but -Infinity, and NaN or Infinity in a row, give NaN there alone', () => {
    const [N, P, M] = [NaN, Infinity, -Infinity];
    const logits = tf.tensor2d([[M, M], [N, 0], [0, P], [0, 0]]); // prettier-ignore
    const expected = { shape: [4], values: [NaN, NaN, NaN, Math.LN2] };
    expectTensor(softmaxCrossEntropy(logits, tf.zeros([4], 'int32')), expected);
    expectTensor(softmaxCrossEntropy(logits, tf.fill([4, 2], 0.5)), expected);
  });

  test('a label that is no class gives NaN and no gradient, a loss of nothing 0 and not -0', () => {
    const labels = tf.tensor1d([2, -1, 1], 'int32');
    const logits = tf.tensor2d([[0, 0], [0, 0], [-1e4, 1e4]]); // prettier-ignore
    for (const labelSmoothing of [0, 0.5]) {
      const losses = softmaxCrossEntropy(logits, labels, { labelSmoothing });
      expect([...losses.dataSync()]).toEqual([NaN, NaN, labelSmoothing === 0 ? 0 : 5e3]);
      const gradient = tf.grad((x: tf.Tensor) => softmaxCrossEntropy(x, labels, { labelSmoothing }))(logits);
      expect([...gradient.dataSync()].map((x) => x + 0).slice(0, 4)).toEqual([0, 0, 0, 0]);
    }
  });

  test('any leading axes, none, and rows of none', async () => {
    const options: SoftmaxCrossEntropyOptions = { labelSmoothing: 0.1 };
    const shapeOf = (shape: number[]): number[] =>
      softmaxCrossEntropy(tf.zeros(shape), tf.zeros(shape.slice(0, -1), 'int32'), options).shape;
    expect([[2, 3, 4], [4], [0, 4]].map(shapeOf)).toEqual([[2, 3], [], [0]]);
    expectTensor(softmaxCrossEntropy(tf.zeros([4]), tf.scalar(1, 'int32')), { shape: [], values: [Math.log(4)] });
    expectTensor(softmaxCrossEntropy(tf.zeros([1, 2]), tf.tensor2d([[0, 1]], [1, 2], 'int32')), { shape: [1], values: [Math.LN2] });
    const logits = tf.zeros([0, 4]);
    expect(tf.grad((x: tf.Tensor) => softmaxCrossEntropy(x, tf.zeros([0], 'int32')))(logits).shape).toEqual([0, 4]);
  });

  test('nothing is left behind', async () => {
    const logits = tf.zeros([2, 3]);
    const [labels, shares] = [tf.zeros([2], 'int32'), tf.ones([2, 3])];
    await trackLeaks(() => [softmaxCrossEntropy(logits, labels), softmaxCrossEntropy(logits, shares)]);
    await trackLeaks(() => tf.grad((x: tf.Tensor) => softmaxCrossEntropy(x, labels))(logits));
    expect([logits, labels, shares].some((tensor) => tensor.isDisposed)).toBe(false);
  });

  describe('says', () => {
    test.each<[string, () => unknown]>([
      ['float32 logits [...,classes], got float32 []', () => softmaxCrossEntropy(tf.scalar(1), tf.scalar(1))],
      ['float32 logits [...,classes], got float32 [2,0]', () => softmaxCrossEntropy(tf.zeros([2, 0]), tf.zeros([2], 'int32'))],
      ['float32 logits [...,classes], got int32 [2]', () => softmaxCrossEntropy(tf.zeros([2], 'int32'), tf.scalar(0, 'int32'))],
      ['targets [2] or [2,3] for logits [2,3], got [3]', () => softmaxCrossEntropy(tf.zeros([2, 3]), tf.zeros([3], 'int32'))],
      ['labels of type int32, got float32', () => softmaxCrossEntropy(tf.zeros([2, 3]), tf.zeros([2]))],
      ['labelSmoothing in [0, 1), got 1', () => softmaxCrossEntropy(tf.zeros([1]), tf.scalar(0, 'int32'), { labelSmoothing: 1 })],
    ])('expected %s', (message, call) => {
      expect(call).toThrow(`softmaxCrossEntropy: expected ${message}. `);
    });
  });
});
