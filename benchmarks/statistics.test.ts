import { expect, test } from 'vitest';
import { quantile, ratio, spread } from './statistics.ts';

test('the median of an odd and of an even number of samples, in any order', () => {
  expect(quantile([9, 1, 5], 0.5)).toBe(5);
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([7], 0.25)).toBe(7);
});

test('numbers are sorted as numbers', () => {
  expect(quantile([10, 9, 100], 0)).toBe(9);
  expect(quantile([10, 9, 100], 1)).toBe(100);
});

test('quartiles are interpolated', () => {
  // Positions 0.75, 1.5 and 2.25 of [1, 2, 3, 4].
  expect(spread([4, 3, 2, 1])).toEqual({ low: 1.75, median: 2.5, high: 3.25 });
});

test('a ratio is taken round by round', () => {
  // The second round ran on a machine four times slower. 2/1, 12/4, 4/1: the ratios are 2, 3 and 4.
  expect(ratio([2, 12, 4], [1, 4, 1])).toEqual({ low: 2.5, median: 3, high: 3.5 });
});

test('no samples and unequal rounds are errors', () => {
  expect(() => quantile([], 0.5)).toThrow('expected samples');
  expect(() => quantile([1], 1.5)).toThrow('q in [0, 1]');
  expect(() => ratio([1], [1, 2])).toThrow('as many rounds');
});

test('the samples stay in their order', () => {
  const samples = [3, 1, 2];
  spread(samples);
  expect(samples).toEqual([3, 1, 2]);
});
