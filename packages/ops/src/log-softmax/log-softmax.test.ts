import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { expectTensor, type PackedTensor } from '@kumiko/testing';
import { expect, test } from 'vitest';
import golden from '../../../../fixtures/ops/log-softmax.json' with { type: 'json' };
import { onEveryBackend } from '../backends.fixture.ts';
import { logSoftmax } from './log-softmax.ts';

const unpack = ({ shape, values }: PackedTensor): tf.Tensor => tf.tensor([...values], [...shape]);

const slope = (x: tf.Tensor, dy: tf.Tensor): tf.Tensor => tf.grad(logSoftmax)(x, dy);

/** Numbers from -8 to 8, the same in every run. */
const wave = (shape: number[]): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => 8 * Math.sin((i + 1) * 12.9898)),
    shape,
  );

onEveryBackend(() => {
  test.each(golden.rows)('agrees with PyTorch to the second gradient: $name', (row) => {
    const [x, dy] = [unpack(row.x), unpack(row.dy)];
    expectTensor(logSoftmax(x), row.y);
    expectTensor(slope(x, dy), row.gradient);
    const weights = tf.cos(tf.add(tf.reshape(tf.range(0, x.size), x.shape), 1));
    expectTensor(tf.grad((at: tf.Tensor) => tf.sum(tf.mul(slope(at, dy), weights)))(x), row.secondGradient);
  });

  // Around the width of a vector, of two, and of many.
  test.each([[1], [2], [3, 3], [3, 4], [3, 5], [2, 7], [3, 8], [3, 9], [3, 15], [2, 3, 31], [7000, 20], [2, 70_001]])(
    'rows of [%i, ...] are those of the plain formula, value and gradient',
    async (...shape) => {
      const [x, dy] = [wave(shape), tf.sin(wave(shape)) as tf.Tensor];
      const tolerance = { absolute: 2e-6 * Math.sqrt(shape.at(-1) as number), relative: 2e-6 };
      for (const [actual, expected] of [
        [logSoftmax(x), tf.logSoftmax(x)],
        [slope(x, dy), tf.sub(dy, tf.mul(tf.softmax(x), tf.sum(dy, -1, true)))],
      ] as const)
        expectTensor(actual, { shape, values: [...(await expected.data())] }, tolerance);
    },
  );

  test('logits of 1e4 and of -Infinity, by hand', () => {
    const x = tf.tensor2d([[1e4, -1e4, 0], [-Infinity, 3, 3], [0, 0, 0]]); // prettier-ignore
    const [half, third] = [-Math.LN2, -Math.log(3)];
    expectTensor(logSoftmax(x), { shape: [3, 3], values: [0, -2e4, -1e4, -Infinity, half, half, third, third, third] });
    // dy - softmax(x) sum(dy), with dy = 1, 2, 3 and a sum of 6.
    const gradient = slope(x, tf.tensor2d([[1, 2, 3], [1, 2, 3], [1, 2, 3]])); // prettier-ignore
    expectTensor(gradient, { shape: [3, 3], values: [-5, 2, 3, 1, -1, 0, -1, 0, 1] });
  });

  test('a row of nothing but -Infinity, and NaN or Infinity in a row, give NaN there alone', () => {
    const [N, P, M] = [NaN, Infinity, -Infinity];
    const y = logSoftmax(tf.tensor2d([[M, M], [N, 0], [0, P], [0, 0]])); // prettier-ignore
    expectTensor(y, { shape: [4, 2], values: [N, N, N, N, N, N, -Math.LN2, -Math.LN2] });
  });

  test('nothing to do: rows of none, and no row', () => {
    expect([[3, 0], [0, 3]].map((shape) => logSoftmax(tf.zeros(shape)).shape)).toEqual([[3, 0], [0, 3]]); // prettier-ignore
    expect(slope(tf.zeros([0, 3]), tf.zeros([0, 3])).shape).toEqual([0, 3]);
  });

  test('nothing is left behind', async () => {
    const x = wave([3, 5]);
    tf.dispose(await trackLeaks(() => [logSoftmax(x), slope(x, x)]));
    expect(x.isDisposed).toBe(false);
  });

  test('what does not fit is refused', () => {
    expect(() => logSoftmax(tf.scalar(1))).toThrow(
      'logSoftmax: expected x as float32 of rank 1 or more, got float32 []. Cast or reshape x.',
    );
    expect(() => logSoftmax(tf.zeros([2], 'int32'))).toThrow('got int32 [2].');
  });
});
