import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { generator, key } from '@kumiko/core';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { randomBernoulli } from './random-bernoulli.ts';

onEveryBackend(() => {
  test('it is true where the uniform is below the probability', async () => {
    const values = randomBernoulli(key(5), [1000], 0.3);
    expect(values.dtype).toBe('bool');
    const expected = [...generator(key(5)).uniforms(1000)].map((u) => (u < Math.fround(0.3) ? 1 : 0));
    expect([...(await values.data())]).toEqual(expected);
    // 300 expected with a standard error of 14.5; four of it.
    expect(Math.abs(expected.reduce<number>((sum, one) => sum + one, 0) - 300)).toBeLessThan(58);
  });

  test('never at 0, always at 1, and with a probability for each column', async () => {
    const probabilities = tf.tensor1d([0, 1]);
    const values = await trackLeaks(() => randomBernoulli(key(1), [50, 2], probabilities));
    expect([...(await values.data())]).toEqual(Array.from({ length: 100 }, (_, i) => i % 2));
    expect((await randomBernoulli(key(1), [9]).data()).length).toBe(9);
  });

  test('it refuses what is no probability', () => {
    const text = 'randomBernoulli: expected a probability in [0, 1], got 30. Divide a percentage by 100.';
    expect(() => randomBernoulli(key(0), [1], 30)).toThrow(text);
    expect(() => randomBernoulli(key(0), [1], NaN)).toThrow('got NaN');
  });
});
