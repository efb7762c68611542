import { expect, test } from 'vitest';
import { strideTaps } from './stride-taps.ts';

test('each tap belongs to one phase', () => {
  // Stride 2, padding 1: outputs o see inputs 2 o - 1, 2 o, 2 o + 1, so even inputs are seen by tap 1 of o = q and odd ones by
  // tap 0 of o = q + 1 and tap 2 of o = q.
  expect(strideTaps(3, 2, 1, 1, 0)).toEqual([{ tap: 1, offset: 0 }]);
  expect(strideTaps(3, 2, 1, 1, 1)).toEqual([
    { tap: 0, offset: 1 },
    { tap: 2, offset: 0 },
  ]);
});

test('a stride above the filter leaves phases without taps', () => {
  expect(strideTaps(1, 3, 1, 0, 0)).toEqual([{ tap: 0, offset: 0 }]);
  expect(strideTaps(1, 3, 1, 0, 2)).toEqual([]);
});

test('dilation moves the taps apart', () => {
  // Taps 0, 1, 2 lie 0, 2, 4 points on: with stride 2 all of them belong to phase 0.
  expect(strideTaps(3, 2, 2, 0, 0).map(({ offset }) => offset + 0)).toEqual([0, -1, -2]);
  expect(strideTaps(3, 2, 2, 0, 1)).toEqual([]);
});
