import { expect, test } from 'vitest';
import { broadcastAxes } from './broadcast-axes.ts';

test('equal shapes and scalars are one axis', () => {
  expect(broadcastAxes([2, 3, 4], [2, 3, 4], [2, 3, 4])).toEqual([{ length: 24, a: 1, b: 1 }]);
  expect(broadcastAxes([2, 3], [], [2, 3])).toEqual([{ length: 6, a: 1, b: 0 }]);
  expect(broadcastAxes([1, 1], [2, 3], [2, 3])).toEqual([{ length: 6, a: 0, b: 1 }]);
  expect(broadcastAxes([], [1], [1])).toEqual([{ length: 1, a: 1, b: 1 }]);
});

test('a vector over rows, and a column over columns', () => {
  expect(broadcastAxes([8, 4, 3], [3], [8, 4, 3])).toEqual([{ length: 3, a: 1, b: 1 }, { length: 32, a: 3, b: 0 }]); // prettier-ignore
  expect(broadcastAxes([5, 1], [5, 3], [5, 3])).toEqual([{ length: 3, a: 0, b: 1 }, { length: 5, a: 1, b: 3 }]); // prettier-ignore
});

test('both repeat, over different axes', () => {
  expect(broadcastAxes([2, 1, 4], [3, 1], [2, 3, 4])).toEqual([
    { length: 4, a: 1, b: 0 },
    { length: 3, a: 0, b: 1 },
    { length: 2, a: 4, b: 0 },
  ]);
});
