import { expect, test } from 'vitest';
import { contiguousStrides, fewestAxes } from './strided-axes.ts';

test('strides of an array without gaps', () => {
  expect(contiguousStrides([2, 3, 4])).toEqual([12, 4, 1]);
  expect(contiguousStrides([])).toEqual([]);
});

test('a plain copy is one axis', () => {
  const axes = [{ length: 2, from: 12, to: 12 }, { length: 3, from: 4, to: 4 }, { length: 4, from: 1, to: 1 }]; // prettier-ignore
  expect(fewestAxes(axes)).toEqual([{ length: 24, from: 1, to: 1 }]);
  expect(fewestAxes([])).toEqual([{ length: 1, from: 1, to: 1 }]);
});

test('NHWC to NCHW is two axes an image', () => {
  // [2, 3, 4, 5] to [2, 5, 3, 4]: the source steps by 60, 1, 20 and 5.
  const axes = [{ length: 2, from: 60, to: 60 }, { length: 5, from: 1, to: 12 }, { length: 3, from: 20, to: 4 }, { length: 4, from: 5, to: 1 }]; // prettier-ignore
  expect(fewestAxes(axes)).toEqual([{ length: 12, from: 5, to: 1 }, { length: 5, from: 1, to: 12 }, { length: 2, from: 60, to: 60 }]); // prettier-ignore
});

test('what is repeated or reversed stays apart', () => {
  const repeated = [{ length: 3, from: 0, to: 4 }, { length: 4, from: 1, to: 1 }]; // prettier-ignore
  expect(fewestAxes(repeated)).toEqual(repeated.toReversed());
  expect(fewestAxes([{ length: 3, from: -4, to: 4 }, { length: 4, from: -1, to: 1 }])).toEqual([{ length: 12, from: -1, to: 1 }]); // prettier-ignore
});
