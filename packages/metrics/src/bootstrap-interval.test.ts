import { generator, key } from '@kumiko/core';
import { expect, test } from 'vitest';
import { bootstrapInterval } from './bootstrap-interval.ts';

const random = generator(key(1));
const SAMPLES = Array.from({ length: 100 }, () => random.normal());
const mean = (indices: Int32Array): number => indices.reduce((sum, i) => sum + (SAMPLES[i] as number), 0) / indices.length;

test('has the width that theory gives for a mean', () => {
  const centre = SAMPLES.reduce((sum, value) => sum + value, 0) / 100;
  const deviation = Math.sqrt(SAMPLES.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 100);
  const { estimate, lower, upper, standardError } = bootstrapInterval(mean, 100, key(7), { resamples: 4000 });
  expect(estimate).toBeCloseTo(centre, 12);
  // Of 4000 resamples the standard error is known to 1 / sqrt(8000) = 1.1 %, the ends to about 3 %; four and three of these.
  expect(Math.abs(standardError / (deviation / 10) - 1)).toBeLessThan(0.045);
  expect(Math.abs((upper - centre) / (1.96 * (deviation / 10)) - 1)).toBeLessThan(0.1);
  expect(Math.abs((centre - lower) / (1.96 * (deviation / 10)) - 1)).toBeLessThan(0.1);
});

test('a lower confidence is a part of the interval, and the key decides the draws', () => {
  const wide = bootstrapInterval(mean, 100, key(7));
  const narrow = bootstrapInterval(mean, 100, key(7), { confidence: 0.5 });
  expect(narrow.lower).toBeGreaterThan(wide.lower);
  expect(narrow.upper).toBeLessThan(wide.upper);
  expect(bootstrapInterval(mean, 100, key(7))).toEqual(wide);
  expect(bootstrapInterval(mean, 100, key(8)).lower).not.toBe(wide.lower);
});

test('interpolates between the sorted values', () => {
  // The statistic of the samples, and then of three resamples: 5, 1, 3. At 0.25 and 0.75 of the way: 2 and 4; deviation 2.
  const values = [9, 5, 1, 3];
  expect(bootstrapInterval(() => values.shift() as number, 4, key(0), { resamples: 3, confidence: 0.5 })).toEqual({
    estimate: 9,
    lower: 2,
    upper: 4,
    standardError: 2,
  });
});

test('draws indices of the samples, each about as often', () => {
  const counts = new Float64Array(4);
  bootstrapInterval(
    (indices) => {
      expect(indices.length).toBe(4);
      for (const index of indices) counts[index] = (counts[index] as number) + 1;
      return 0;
    },
    4,
    key(3),
  );
  // 1001 of each are expected, standard error sqrt(4000 * 3/16) = 27; four of it.
  for (const count of counts) expect(Math.abs(count - 1001)).toBeLessThan(110);
});

test('refuses bad options, and statistics that are not defined', () => {
  expect(() => bootstrapInterval(mean, 0, key(0))).toThrow(
    'bootstrapInterval: expected samples to be an integer >= 1, got 0. Pass how many there are.',
  );
  expect(() => bootstrapInterval(mean, 5, key(0), { resamples: 1 })).toThrow(
    'bootstrapInterval: expected resamples to be an integer >= 2, got 1.',
  );
  expect(() => bootstrapInterval(mean, 5, key(0), { confidence: 1 })).toThrow('bootstrapInterval: expected confidence in (0, 1), got 1.');
  expect(() => bootstrapInterval(() => NaN, 5, key(0))).toThrow('bootstrapInterval: expected a number for every resample, got NaN.');
});
