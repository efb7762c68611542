import { check } from '@kumiko/core';
import type { Row } from './row.ts';
import { isRows, type Rows } from './rows.ts';
import { sliceRows } from './slice-rows.ts';
import { defineSource, passOf, type Source } from './source.ts';

/**
 * All but the first `count` items of a pass. The tensors of skipped items are disposed.
 *
 * @param count an integer >= 0
 * @throws KumikoError when `count` is not such an integer
 * @example
 * const rows = fromArrays({ label: Int32Array.of(3, 1, 4) });
 * await Array.fromAsync(batch(skip(rows, 1), 2)); // [{ label: [1, 4] }]
 */
export function skip<T>(rows: Rows<T>, count: number): Rows<T>;
export function skip<T>(source: AsyncIterable<T>, count: number): Source<T>;
export function skip(source: AsyncIterable<Row>, count: number): Source<Row> {
  check(
    Number.isInteger(count) && count >= 0,
    'skip',
    () => `expected count to be an integer >= 0, got ${count}. Pass how many items to leave out.`,
  );
  if (isRows(source)) return sliceRows(source, count, source.length);
  const passFrom = (epoch: number, start: number): AsyncIterable<Row> => passOf(source, epoch, start + count);
  return defineSource((epoch) => passFrom(epoch, 0), { passFrom });
}
