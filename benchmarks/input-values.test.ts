import { expect, test } from 'vitest';
import { inputValues } from './input-values.ts';

test('the same numbers for the same seed, others for another', () => {
  const spec = { shape: [3, 5] };
  expect(inputValues(spec, 1)).toEqual(inputValues(spec, 1));
  expect(inputValues(spec, 1)).not.toEqual(inputValues(spec, 2));
});

test('uniform in the range', () => {
  const values = [...inputValues({ shape: [10_000], low: 2, high: 6 }, 0)];
  expect(Math.min(...values)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...values)).toBeLessThan(6);
  // The mean of 10,000 numbers of variance 16 / 12 has a deviation of 0.0115.
  expect(values.reduce((a, b) => a + b) / 10_000).toBeCloseTo(4, 1);
});

test('whole numbers, truth values, sorted ones and given ones', () => {
  expect(new Set(inputValues({ shape: [200], dtype: 'int32', low: -1, high: 2 }, 0))).toEqual(new Set([-1, 0, 1]));
  expect(new Set(inputValues({ shape: [200], dtype: 'bool' }, 0))).toEqual(new Set([0, 1]));
  const sorted = inputValues({ shape: [50], sorted: true }, 0);
  expect([...sorted]).toEqual([...sorted].toSorted((a, b) => a - b));
  expect([...inputValues({ shape: [5], values: [1, 2] }, 0)]).toEqual([1, 2, 1, 2, 1]);
});
