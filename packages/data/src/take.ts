import { check } from '@kumiko/core';
import type { Row } from './row.ts';
import { isRows, type Rows } from './rows.ts';
import { sliceRows } from './slice-rows.ts';
import { defineSource, passOf, type Source } from './source.ts';

/**
 * The first `count` items of a pass, or all if there are fewer. No more than these are asked for.
 *
 * @param count an integer >= 0
 * @throws KumikoError when `count` is not such an integer
 * @example
 * const rows = fromArrays({ label: Int32Array.of(3, 1, 4) });
 * await Array.fromAsync(batch(take(rows, 2), 2)); // [{ label: [3, 1] }]
 */
export function take<T>(rows: Rows<T>, count: number): Rows<T>;
export function take<T>(source: AsyncIterable<T>, count: number): Source<T>;
export function take(source: AsyncIterable<Row>, count: number): Source<Row> {
  check(
    Number.isInteger(count) && count >= 0,
    'take',
    () => `expected count to be an integer >= 0, got ${count}. Pass how many items to take.`,
  );
  if (isRows(source)) return sliceRows(source, 0, count);
  return defineSource(async function* (epoch) {
    if (count === 0) return;
    let taken = 0;
    for await (const item of passOf(source, epoch)) {
      yield item;
      if (++taken === count) return;
    }
  });
}
