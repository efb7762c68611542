import { expect, test } from 'vitest';
import { errorFunction } from './error-function.ts';

test.each([
  // Abramowitz and Stegun, table 7.1.
  [0, 0],
  [0.1, 0.112462916],
  [0.5, 0.5204998778],
  [1, 0.8427007929],
  [2, 0.995322265],
  [3.5, 0.999999256901628],
  [7, 1],
  [Infinity, 1],
])('erf(%d) is %d, and odd', (x, value) => {
  expect(errorFunction(x)).toBeCloseTo(value, 10);
  expect(errorFunction(-x)).toBeCloseTo(-value, 10);
});
