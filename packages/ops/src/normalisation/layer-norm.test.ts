import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import golden from '../../../../fixtures/ops/layer-norm.json' with { type: 'json' };
import { onEveryBackend } from '../backends.fixture.ts';
import { expectLikePlain, expectNormErrors, expectNormRow, type Norm } from './expect-norm.fixture.ts';
import { normalisedRows } from './internal/normalised-rows.ts';
import { layerNorm } from './layer-norm.ts';

const norm: Norm = (x, [gamma, beta], epsilon) => layerNorm(x, gamma as tf.Tensor, beta as tf.Tensor, epsilon);
const plain: Norm = (x, [gamma, beta], epsilon) =>
  tf.add(tf.mul(normalisedRows(true, x, epsilon).normalised, gamma as tf.Tensor), beta as tf.Tensor);

onEveryBackend(() => {
  test.each(golden.rows)('PyTorch agrees, $y.shape, to the second gradient', (row) => expectNormRow(norm, row));

  test.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100])('rows of %i', (columns) => expectLikePlain(norm, plain, 2, [3, columns]));

  test.each([[5], [700, 200], [2, 3, 4, 5], [70_000, 3], [2, 70_001]])('shape %s', (...shape) => expectLikePlain(norm, plain, 2, shape));

  test('a mean that is large beside the deviations costs no digits but those of the input', async () => {
    const result = layerNorm(tf.tensor1d([10_000, 10_001, 10_002, 10_003]), tf.ones([4]), tf.zeros([4]), 0);
    const wanted = [-3, -1, 1, 3].map((value) => value / Math.sqrt(5));
    (await result.data()).forEach((value, i) => expect(value).toBeCloseTo(wanted[i] as number, 6));
  });

  test('nothing to normalise, and what is no number', async () => {
    expect(layerNorm(tf.zeros([0, 4]), tf.ones([4]), tf.ones([4])).shape).toEqual([0, 4]);
    expect(layerNorm(tf.zeros([4, 0]), tf.ones([0]), tf.ones([0])).shape).toEqual([4, 0]);
    const gradients = tf.grads((x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => layerNorm(x, gamma, beta));
    expect(gradients([tf.zeros([0, 4]), tf.ones([4]), tf.ones([4])]).map((one) => [...one.dataSync()])).toEqual([[], [0, 0, 0, 0], [0, 0, 0, 0]]); // prettier-ignore
    const rows = tf.tensor2d([[1, NaN, 3], [1, Infinity, 3], [2, 2, 2]]); // prettier-ignore
    const values = [...(await layerNorm(rows, tf.ones([3]), tf.ones([3])).data())];
    expect(values).toEqual([NaN, NaN, NaN, NaN, NaN, NaN, 1, 1, 1]);
  });

  test('what does not fit is refused', () => {
    expectNormErrors('layerNorm', norm, 2);
    expect(() => layerNorm(tf.ones([2, 3]), tf.ones([3]), tf.ones([3, 1]))).toThrow(
      'layerNorm: expected beta as float32 [3], got float32 [3,1]. Give it the length of the last axis of x.',
    );
  });
});
