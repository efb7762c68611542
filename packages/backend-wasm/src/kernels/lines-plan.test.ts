import { expect, test } from 'vitest';
import { convolutionInfo } from './convolution-attrs.ts';
import { planLines } from './lines-plan.ts';

test('as many rows as there may be points, in equal bands', () => {
  // 10 of 24 rows of 20 points would be 200; three bands of 8 rows see 8 + 2 lines of 20 + 2 pixels.
  const info = convolutionInfo([2, 24, 20, 1], [3, 3, 1, 4], { strides: 1, pad: 'same' });
  expect(planLines(info, 200)).toEqual({ rowCount: 8, bands: 6, lineBytes: 4 * 10 * 22 });
});

test('no more lines than the cache holds, and one row at least', () => {
  // A line has 66 * 10 floats, of which 4096 hold 6: 4 rows and 2 lines more.
  const info = convolutionInfo([1, 64, 64, 10], [3, 3, 10, 4], { strides: 1, pad: 'same' });
  expect(planLines(info, 10_000)).toEqual({ rowCount: 4, bands: 16, lineBytes: 4 * 6 * 660 });
  const wide = convolutionInfo([1, 8, 5000, 3], [3, 3, 3, 4], { strides: 2, pad: 'valid' });
  expect(planLines(wide, 100)).toMatchObject({ rowCount: 1, bands: 3, lineBytes: 4 * 3 * 4999 * 3 });
});
