import { trackLeaks } from '@kumiko/backend';
import { key } from '@kumiko/core';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { kolmogorovSmirnov } from '../kolmogorov-smirnov.fixture.ts';
import { errorFunction } from './internal/error-function.ts';
import { randomTruncatedNormal } from './random-truncated-normal.ts';

const phi = (x: number): number => (1 + errorFunction(x / Math.SQRT2)) / 2;

onEveryBackend(() => {
  test.each([
    [-2, 2],
    [0.5, 3],
    [-Infinity, 0],
    [3, Infinity],
  ])('between %d and %d it has the distribution of a normal that is drawn until it is inside', async (lower, upper) => {
    const values = await randomTruncatedNormal(key(3), [20_000], { lower, upper }).data();
    expect(Math.min(...values)).toBeGreaterThanOrEqual(lower);
    expect(Math.max(...values)).toBeLessThanOrEqual(upper);
    expect(kolmogorovSmirnov(values, (x) => (phi(x) - phi(lower)) / (phi(upper) - phi(lower)))).toBeLessThan(1.95);
  });

  test('mean and standardDeviation scale it', async () => {
    const plain = await randomTruncatedNormal(key(4), [20]).data();
    const scaled = await randomTruncatedNormal(key(4), [20], { mean: 10, standardDeviation: 0.5 }).data();
    scaled.forEach((value, i) => expect(value).toBeCloseTo(10 + (plain[i] as number) / 2, 5));
  });

  test('it leaves nothing behind', async () => {
    expect((await trackLeaks(() => randomTruncatedNormal(key(4), [0]))).shape).toEqual([0]);
    await trackLeaks(() => randomTruncatedNormal(key(4), [4, 2]));
  });

  test('it refuses bounds that hold too little', () => {
    const text = (a: number, b: number): string =>
      `randomTruncatedNormal: expected lower < upper with at least 1e-6 of the normal between them, got ${a} and ${b}. Give them in standard deviations.`;
    for (const [lower, upper] of [
      [1, 1],
      [2, -2],
      [6, 7],
      [NaN, 1],
    ] as const) {
      // prettier-ignore
      expect(() => randomTruncatedNormal(key(0), [1], { lower, upper })).toThrow(text(lower, upper));
    }
    expect(() => randomTruncatedNormal(key(0), [1], { standardDeviation: -1 })).toThrow(
      'randomTruncatedNormal: expected a finite mean and standardDeviation >= 0, got 0 and -1. Pass those of the normal before it is cut.',
    );
  });
});
