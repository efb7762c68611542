import { util } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { resolveAxes } from './resolve-axes.ts';

test.each([
  [0, [2]],
  [1, [2, 3]],
  [-1, [2, 3]],
  [
    [0, 2],
    [2, 3, 4],
  ],
  [
    [-1, 0],
    [2, 3, 4],
  ],
  [[], [2, 3]],
  [undefined, [2, 3]],
])('axes %j of %j as in tfjs', (axes, shape) => {
  expect(resolveAxes(axes, shape)).toEqual(util.parseAxisParam(axes as number, shape));
});

test('an axis that is not there is an error of tfjs', () => {
  expect(() => resolveAxes(2, [2, 3])).toThrow('All values in axis param must be in range [-2, 2) but got axis 2');
  expect(() => resolveAxes([0, -3], [2, 3])).toThrow('All values in axis param must be in range [-2, 2) but got axis 0,-3');
  expect(() => resolveAxes([0.5], [2, 3])).toThrow('All values in axis param must be integers but got axis 0.5');
});
