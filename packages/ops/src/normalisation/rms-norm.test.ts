import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import golden from '../../../../fixtures/ops/rms-norm.json' with { type: 'json' };
import { onEveryBackend } from '../backends.fixture.ts';
import { expectLikePlain, expectNormErrors, expectNormRow, type Norm } from './expect-norm.fixture.ts';
import { normalisedRows } from './internal/normalised-rows.ts';
import { rmsNorm } from './rms-norm.ts';

const norm: Norm = (x, [gamma], epsilon) => rmsNorm(x, gamma as tf.Tensor, epsilon);
const plain: Norm = (x, [gamma], epsilon) => tf.mul(normalisedRows(false, x, epsilon).normalised, gamma as tf.Tensor);

onEveryBackend(() => {
  test.each(golden.rows)('PyTorch agrees, $y.shape, to the second gradient', (row) => expectNormRow(norm, row));

  test.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100])('rows of %i', (columns) => expectLikePlain(norm, plain, 1, [3, columns]));

  test.each([[5], [700, 200], [2, 3, 4, 5], [70_000, 3], [2, 70_001]])('shape %s', (...shape) => expectLikePlain(norm, plain, 1, shape));

  test('nothing to normalise, and what is no number', async () => {
    expect(rmsNorm(tf.zeros([0, 4]), tf.ones([4])).shape).toEqual([0, 4]);
    expect(rmsNorm(tf.zeros([4, 0]), tf.ones([0])).shape).toEqual([4, 0]);
    const values = [...(await rmsNorm(tf.tensor2d([[1, NaN], [1, Infinity], [0, 0]]), tf.ones([2])).data())]; // prettier-ignore
    expect(values).toEqual([NaN, NaN, 0, NaN, 0, 0]);
  });

  test('what does not fit is refused', () => expectNormErrors('rmsNorm', norm, 1));
});
