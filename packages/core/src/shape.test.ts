import { expect, test } from 'vitest';
import { formatShape, ShapeLeaf, shapeOf } from './shape.ts';
import { leaves } from './tree.ts';

test('formatShape prints as errors do', () => {
  expect(formatShape([4, 8])).toBe('[4,8]');
  expect(formatShape([])).toBe('[]');
});

test('shapeOf makes a leaf of float32 unless told otherwise', () => {
  expect(shapeOf([2, 3])).toEqual(new ShapeLeaf([2, 3], 'float32'));
  expect(shapeOf([], 'int32').dtype).toBe('int32');
});

test('a shape is one leaf of a tree, although it holds an array', () => {
  expect(leaves({ a: shapeOf([2, 3]), b: [shapeOf([4])] })).toHaveLength(2);
});
