import type { Batch, Row } from './row.ts';
import { defineSource, type Source } from './source.ts';
import { stackRows } from './stack-rows.ts';

/** A source with random access. `shuffle` permutes it fully, `batch` gathers from it without making single rows, `subset` splits it. */
export interface Rows<T = Row> extends Source<T> {
  /** Rows in a pass. */
  readonly length: number;
  /** Whether the order of a pass depends on its epoch. If not, it is 0 to `length - 1`. */
  readonly shuffled: boolean;
  /** The indices, for `row` and `gather`, of the pass of an epoch, in order. */
  order(epoch: number): Int32Array;
  /** One row. */
  row(index: number): T;
  /** The rows at these indices as one batch, which the caller owns. */
  gather(indices: Int32Array): Batch<T>;
}

/** What {@link defineRows} needs. */
export interface RowsDefinition<T> {
  /** Rows in a pass. */
  readonly length: number;
  /** One row; called with integers that `order` gave. */
  row(index: number): T;
  /** The rows at these indices as one batch. Default: stacks single rows. */
  gather?(indices: Int32Array): Batch<T>;
  /** The order of an epoch's pass, `length` indices. Default: 0 to `length - 1`. */
  order?(epoch: number): Int32Array;
}

/**
 * A source with random access, from a function that gives one row.
 *
 * @example
 * const squares = defineRows({ length: 100, row: (i) => ({ x: i, y: i * i }) });
 */
export function defineRows<T>(definition: RowsDefinition<T>): Rows<T> {
  const { length } = definition;
  const order = (epoch: number): Int32Array => definition.order?.(epoch) ?? Int32Array.from({ length }, (_, i) => i);
  const row = (index: number): T => definition.row(index);
  const gather = (indices: Int32Array): Batch<T> => definition.gather?.(indices) ?? stackRows(Array.from(indices, row));
  async function* passFrom(epoch: number, start: number): AsyncGenerator<T, void, undefined> {
    for (const index of order(epoch).subarray(start)) yield row(index);
  }
  const source = defineSource((epoch) => passFrom(epoch, 0), { passFrom });
  return Object.freeze({ ...source, length, shuffled: definition.order !== undefined, order, row, gather });
}

/**
 * Whether a source is {@link Rows}.
 *
 * @example
 * const rows = fromArrays({ label: Int32Array.of(3, 1) });
 * isRows(rows); // true
 * isRows(batch(rows, 2)); // false
 */
export function isRows<T>(source: AsyncIterable<T>): source is Rows<T> {
  return 'gather' in source && 'order' in source;
}
