import { expect, test } from 'vitest';
import { aroundAxis } from './around-axis.ts';

test('what is around an axis is joined', () => {
  expect(aroundAxis([2, 3, 4, 5], 2)).toEqual({ outer: 6, rows: 4, columns: 5 });
  expect(aroundAxis([2, 3, 4, 5], 0)).toEqual({ outer: 1, rows: 2, columns: 60 });
  expect(aroundAxis([2, 3], 1)).toEqual({ outer: 2, rows: 3, columns: 1 });
  expect(aroundAxis([7], 0)).toEqual({ outer: 1, rows: 7, columns: 1 });
});
