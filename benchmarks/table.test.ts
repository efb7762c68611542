import { expect, test } from 'vitest';
import type { RowResult } from './result.ts';
import { showRow, slowerThanStock, threeDigits } from './table.ts';

const at = (median: number) => ({ median, low: median / 2, high: median * 2 });
const row = (label: string, ratios: RowResult['ratios']): RowResult => ({
  kernel: 'Add',
  size: 'odd',
  label,
  peers: {},
  ratios,
  errors: {},
});

test('lists what is slower than stock, the slowest first, and no other peer', () => {
  const rows = [
    row('a', { 'kumiko : tfjs': at(0.94), 'kumiko x2 : tfjs': at(0.95) }),
    row('b', { 'kumiko : tfjs': at(0.5), 'kumiko : jax': at(0.1) }),
  ];
  expect(slowerThanStock(rows, 0.95)).toEqual(['0.50 (0.25-1.00)   Add odd b, kumiko', '0.94 (0.47-1.88)   Add odd a, kumiko']);
});

test('shows a row', () => {
  const peers = {
    kumiko: { time: at(0.002), count: 9, agrees: true, reach: 0.125 },
    tfjs: { time: at(12), count: 1, agrees: false },
  };
  expect(showRow({ ...row('[7]', { 'kumiko : tfjs': at(2) }), peers, errors: { jax: 'no\nstack' } }).split('\n')).toEqual([
    'Add odd [7]',
    '  kumiko        2.00 us   13% of the roofline',
    '  tfjs          12.0 ms   kumiko is 2.00 (1.00-4.00) times as fast, OTHER RESULT',
    '  jax        failed: no',
  ]);
});

test('three digits', () => {
  expect([0.01234, 1.5, 123.4, 12345].map(threeDigits)).toEqual(['0.0123', '1.50', '123', '12345']);
});
