import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { generator, key, keyTensor } from '@kumiko/core';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { kolmogorovSmirnov } from '../kolmogorov-smirnov.fixture.ts';
import { randomUniformReference } from './internal/random-uniform-reference.ts';
import { randomUniform } from './random-uniform.ts';

onEveryBackend(() => {
  test.each([0, 1, 5, 8, 1023, 16385, 40_001])('%i uniforms are those of the host generator, bit for bit', async (count) => {
    expect(await randomUniform(key(5), [count]).data()).toEqual(generator(key(5)).uniforms(count));
  });

  test('the reference in 16-bit limbs agrees, also between other bounds', async () => {
    for (const [minimum, maximum] of [
      [0, 1],
      [-1, 1],
      [0.1, 0.7],
      [-3, 1000],
    ] as const) {
      // prettier-ignore
      const reference = randomUniformReference({ key: keyTensor(key(5)) }, { shape: [501], minimum, maximum });
      expect(await randomUniform(key(5), [501], { minimum, maximum }).data()).toEqual(await reference.data());
    }
  });

  test('each step is rounded to float32', async () => {
    const [minimum, range] = [Math.fround(0.1), Math.fround(Math.fround(0.7) - Math.fround(0.1))];
    const expected = generator(key(9)).uniforms(100).map((u) => Math.fround(Math.fround(u * range) + minimum)); // prettier-ignore
    expect(await randomUniform(key(9), [100], { minimum: 0.1, maximum: 0.7 }).data()).toEqual(expected);
  });

  test('the maximum is never reached, though rounding would', async () => {
    // Between 2^24 - 1 and 2^24 float32 has no number: half of the sums round up to 2^24.
    const values = await randomUniform(key(1), [1000], { minimum: 2 ** 24 - 1, maximum: 2 ** 24 }).data();
    expect(new Set(values)).toEqual(new Set([2 ** 24 - 1]));
    const below = await randomUniform(key(1), [10_000], { minimum: -1, maximum: 0 }).data();
    expect(Math.max(...below)).toBeLessThan(0);
    expect(Math.min(...below)).toBeGreaterThanOrEqual(-1);
  });

  test('the values are uniform', async () => {
    expect(kolmogorovSmirnov(await randomUniform(key(21), [50_000]).data(), (x) => x)).toBeLessThan(1.95);
    const wide = await randomUniform(key(22), [50_000], { minimum: -4, maximum: 12 }).data();
    expect(kolmogorovSmirnov(wide, (x) => (x + 4) / 16)).toBeLessThan(1.95);
  });

  test('float32, the shape asked for, and nothing left behind', async () => {
    const tensor = keyTensor(key(2));
    const values = await trackLeaks(() => [randomUniform(tensor, [2, 0, 3]), randomUniform(key(2), [2, 3], { maximum: 5 })] as const);
    expect(values.map(({ dtype, shape }) => [dtype, shape])).toEqual([['float32', [2, 0, 3]], ['float32', [2, 3]]]); // prettier-ignore
    expect(randomUniformReference({ key: tensor }, { shape: [0], minimum: 0, maximum: 1 }).shape).toEqual([0]);
    await trackLeaks(() => randomUniformReference({ key: tensor }, { shape: [3], minimum: 0, maximum: 1 }));
  });

  test('it refuses bounds that hold nothing', () => {
    const text = (a: number, b: number): string =>
      `randomUniform: expected finite minimum < maximum, got ${a} and ${b}. Swap or widen them.`;
    for (const [minimum, maximum] of [
      [1, 1],
      [2, 1],
      [0, Infinity],
      [NaN, 1],
      [-3e38, 3e38],
    ] as const) {
      // prettier-ignore
      expect(() => randomUniform(key(0), [1], { minimum, maximum })).toThrow(text(minimum, maximum));
    }
    expect(() => randomUniform(tf.scalar(1) as never, [1])).toThrow(
      'randomUniform: expected a key as an int32 tensor [2], got float32 [].',
    );
    expect(() => randomUniform(key(0), [0.5])).toThrow('randomUniform: expected a shape of integers >= 0, got [0.5].');
  });
});
