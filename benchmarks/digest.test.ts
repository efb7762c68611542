import { expect, test } from 'vitest';
import { agrees, digest } from './digest.ts';

test('sums over all results, whatever their order', () => {
  expect(digest([[1, -2], new Float32Array([4])])).toEqual({ elements: 3, sum: 3, absolute: 7 });
  expect(digest([[4, -2, 1]])).toEqual(digest([[1, 4, -2]]));
  expect(digest([[NaN, Infinity, 1]])).toEqual({ elements: 3, sum: 1, absolute: 1 });
});

test('agree to float32 precision, and no further apart', () => {
  const of = (...values: number[]) => digest([values]);
  expect(agrees(of(1, 2), of(1, 2.0001))).toBe(true);
  expect(agrees(of(1, 2), of(1, 2.1))).toBe(false);
  expect(agrees(of(1, -1), of(1, 1))).toBe(false);
  expect(agrees(of(1, 0), of(1))).toBe(false);
  expect(agrees(of(0, 0), of(0, 0))).toBe(true);
});
