import { backend_util } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { broadcastShape } from './broadcast-shape.ts';

test.each([
  [[], []],
  [[2], []],
  [[1], [5]],
  [
    [2, 3],
    [2, 3],
  ],
  [
    [8, 1, 3],
    [4, 1],
  ],
  [
    [0, 3],
    [1, 3],
  ],
  [[1], [0]],
  [
    [1, 1],
    [7, 1, 2],
  ],
])('%j and %j broadcast as in tfjs', (a, b) => {
  expect(broadcastShape(a, b)).toEqual(backend_util.assertAndGetBroadcastShape(a, b));
});

test('shapes that do not broadcast are an error of tfjs', () => {
  expect(() => broadcastShape([2, 3], [2])).toThrow('Operands could not be broadcast together with shapes 2,3 and 2.');
});
