import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { key } from '@kumiko/core';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { randomCategorical } from './random-categorical.ts';

let ofFirstBackend: tf.TypedArray | undefined;

onEveryBackend(() => {
  test('classes come as often as softmax says', async () => {
    // Probabilities 0.1, 0.2, 0.7 by their logarithms, shifted by a constant that softmax takes away.
    const logits = tf.add(tf.log(tf.tensor1d([0.1, 0.2, 0.7])), 5);
    const drawn = await randomCategorical(key(3), tf.tile(tf.reshape(logits, [1, 3]), [10_000, 1])).data();
    const counts = [0, 1, 2].map((one) => drawn.filter((value) => value === one).length);
    // Chi-squared with 2 degrees of freedom is below 13.8 with probability 0.999.
    expect([1000, 2000, 7000].reduce((sum, n, i) => sum + ((counts[i] as number) - n) ** 2 / n, 0)).toBeLessThan(13.8);
    ofFirstBackend ??= drawn;
    expect(drawn).toEqual(ofFirstBackend);
  });

  test('impossible classes never come; leading axes stay', async () => {
    const logits = tf.tensor3d([[[-Infinity, 0, -Infinity]], [[1, -Infinity, -Infinity]]]);
    const drawn = await trackLeaks(() => randomCategorical(key(0), logits));
    expect([drawn.dtype, drawn.shape]).toEqual(['int32', [2, 1]]);
    expect([...(await drawn.data())]).toEqual([1, 0]);
  });

  test('it refuses logits without classes', () => {
    const text = 'randomCategorical: expected logits [..., classes], got []. Put the classes on the last axis.';
    expect(() => randomCategorical(key(0), tf.scalar(1))).toThrow(text);
    expect(() => randomCategorical(key(0), tf.zeros([2, 0]))).toThrow('got [2,0]');
  });
});
