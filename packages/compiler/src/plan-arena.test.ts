import { expect, test } from 'vitest';
import { planArena } from './plan-arena.ts';

test('buffers that live at different times share memory, others do not', () => {
  const { offsets, bytes, lowerBound } = planArena([
    { bytes: 100, first: 0, last: 1 },
    { bytes: 64, first: 1, last: 2 },
    { bytes: 128, first: 2, last: 3 },
  ]);
  // 100 bytes take two lines of 64; the first and the last of 128 share their place.
  expect(offsets).toEqual([0, 128, 0]);
  expect([bytes, lowerBound]).toEqual([192, 192]);
});

test('a gap is filled by what fits it best', () => {
  const { offsets, bytes } = planArena([
    { bytes: 256, first: 0, last: 9 },
    { bytes: 192, first: 0, last: 0 },
    { bytes: 128, first: 0, last: 9 },
    { bytes: 64, first: 1, last: 1 },
    { bytes: 192, first: 1, last: 1 },
  ]);
  expect(offsets).toEqual([0, 256, 448, 576, 256]);
  expect(bytes).toBe(640);
});

test('random lifetimes never overlap, and need at most 1.3 times the least', () => {
  let state = 7;
  const random = (below: number): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
  for (let round = 0; round < 50; round++) {
    const lifetimes = Array.from({ length: 120 }, () => {
      const first = random(60);
      return { bytes: 1 + random(5000) * (1 + random(20)), first, last: Math.min(60, first + random(8)) };
    });
    const { offsets, bytes, lowerBound } = planArena(lifetimes);
    for (const [i, a] of lifetimes.entries())
      for (const [j, b] of lifetimes.entries()) {
        if (i <= j || a.last < b.first || b.last < a.first) continue;
        const [from, to] = [offsets[i] as number, offsets[j] as number];
        expect(from + a.bytes <= to || to + b.bytes <= from).toBe(true);
      }
    expect(bytes).toBeLessThanOrEqual(1.3 * lowerBound);
  }
});

test('nothing needs nothing', () => {
  expect(planArena([])).toEqual({ offsets: [], bytes: 0, lowerBound: 0 });
});
