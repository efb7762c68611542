import { expect, test } from 'vitest';
import { reducedStretches } from './reduced-stretches.ts';

test('last, first, middle and all axes', () => {
  expect(reducedStretches([4, 5], [1])).toEqual([{ outer: 4, rows: 5, columns: 1 }]);
  expect(reducedStretches([4, 5], [0])).toEqual([{ outer: 1, rows: 4, columns: 5 }]);
  expect(reducedStretches([2, 3, 4], [1])).toEqual([{ outer: 2, rows: 3, columns: 4 }]);
  expect(reducedStretches([2, 3, 4], [0, 1, 2])).toEqual([{ outer: 1, rows: 24, columns: 1 }]);
});

test('axes apart take one reduction each, the last ones first', () => {
  // [2, 3, 20] to [2, 3], then [2, 3] to [3].
  expect(reducedStretches([2, 3, 4, 5], [0, 2, 3])).toEqual([
    { outer: 6, rows: 20, columns: 1 },
    { outer: 1, rows: 2, columns: 3 },
  ]);
});

test('axes of length 1 join what is beside them', () => {
  expect(reducedStretches([4, 1, 5], [0, 2])).toEqual([{ outer: 1, rows: 20, columns: 1 }]);
  expect(reducedStretches([1, 5], [0])).toEqual([]);
  expect(reducedStretches([], [])).toEqual([]);
});
