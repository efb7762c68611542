import { check } from '@kumiko/core';
import type { Batch } from './row.ts';
import { defineRows, type Rows } from './rows.ts';

/**
 * The rows at some indices, in their order; a row may occur twice.
 *
 * @throws KumikoError when the rows are shuffled (a split would then differ in every epoch) or an index is not that of a row
 * @example
 * const rows = fromArrays({ label: Int32Array.of(3, 1, 4) });
 * await Array.fromAsync(batch(subset(rows, [2, 0]), 2)); // [{ label: [4, 3] }]
 */
export function subset<T>(rows: Rows<T>, indices: ArrayLike<number>): Rows<T> {
  check(!rows.shuffled, 'subset', () => 'expected rows in a fixed order, got shuffled rows. Take the subset first, then shuffle it.');
  const chosen = Int32Array.from(indices);
  for (const [i, index] of chosen.entries()) {
    check(
      index === indices[i] && index >= 0 && index < rows.length,
      'subset',
      () => `expected indices from 0 to ${rows.length - 1}, got ${indices[i]}. Pass rows that exist.`,
    );
  }
  return defineRows<T>({
    length: chosen.length,
    row: (index) => rows.row(chosen[index] as number),
    gather: (positions): Batch<T> => rows.gather(positions.map((position) => chosen[position] as number)),
  });
}
