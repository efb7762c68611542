import { expect, test } from 'vitest';
import { leastBytes, reach } from './reach.ts';
import type { SweepRow } from './sweep-row.ts';

const limits = { plainGflops: 50, relaxedGflops: 100, copyGigabytes: 8, triadGigabytes: 10 };
const row: SweepRow = {
  kernel: 'K',
  size: 'typical',
  label: '',
  attrs: {},
  inputs: { x: { shape: [500, 500] }, mask: { shape: [1000], dtype: 'bool' } },
};

test('bytes are read once and written once', () => {
  expect(leastBytes(row, 10)).toBe(1_001_040); // 4 * 250,000 + 1 * 1,000 + 4 * 10
});

test('memory is the limit where there are few operations, and threads do not change it', () => {
  // 1,001,000 bytes at 10 GB/s take 0.1001 ms.
  expect(reach(row, 0.2002, 0, 1, limits)).toBeCloseTo(0.5, 12);
  expect(reach(row, 0.2002, 0, 2, limits)).toBeCloseTo(0.5, 12);
});

test('the peak is the limit where there are many operations, and threads raise it', () => {
  // 2e8 operations at 100 GFLOPS take 2 ms, at two threads 1 ms.
  expect(reach({ ...row, flops: 2e8 }, 4, 0, 1, limits)).toBeCloseTo(0.5, 12);
  expect(reach({ ...row, flops: 2e8 }, 4, 0, 2, limits)).toBeCloseTo(0.25, 12);
});
