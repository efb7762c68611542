import { expect, test } from 'vitest';
import { reducedShape } from './reduced-shape.ts';

test('axes go, or stay with a length of 1', () => {
  expect(reducedShape([2, 3, 4], [1], false)).toEqual([2, 4]);
  expect(reducedShape([2, 3, 4], [2, 0], false)).toEqual([3]);
  expect(reducedShape([2, 3, 4], [2, 0], true)).toEqual([1, 3, 1]);
  expect(reducedShape([2, 3], [], true)).toEqual([2, 3]);
  expect(reducedShape([], [], false)).toEqual([]);
});
