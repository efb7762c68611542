import { check } from '@kumiko/core';
import { disposeItem } from './dispose-item.ts';
import type { Batch } from './row.ts';
import { isRows, type Rows } from './rows.ts';
import { defineSource, passOf, type Source } from './source.ts';
import { stackRows } from './stack-rows.ts';

/** Options of {@link batch}. */
export interface BatchOptions {
  /** What becomes of the rows that do not fill a last batch: `keep` (default) gives a smaller batch, `drop` leaves them out. */
  readonly remainder?: 'keep' | 'drop';
}

/**
 * Batches of rows: the same tree, with a tensor `[size, ...shape of the leaf]` for each leaf. The consumer disposes each batch.
 * From {@link Rows} a batch is gathered directly; the rows of a stream are stacked as by `stackRows`, and tensors in them disposed.
 *
 * @param size rows in a batch, an integer >= 1
 * @throws KumikoError when `size` is not such an integer; in a pass, when the rows of a stream differ in structure, shape or type
 * @example
 * const rows = fromArrays({ label: Int32Array.of(3, 1, 4, 1, 5) });
 * const batches = batch(rows, 2, { remainder: 'drop' });
 * await Array.fromAsync(batches); // [{ label: [3, 1] }, { label: [4, 1] }]
 */
export function batch<T>(source: AsyncIterable<T>, size: number, options: BatchOptions = {}): Source<Batch<T>> {
  const { remainder = 'keep' } = options;
  check(
    Number.isInteger(size) && size >= 1,
    'batch',
    () => `expected size to be an integer >= 1, got ${size}. Pass how many rows a batch has.`,
  );
  check(
    remainder === 'keep' || remainder === 'drop',
    'batch',
    () => `expected remainder to be 'keep' or 'drop', got '${String(remainder)}'. Pass one of the two.`,
  );
  const drop = remainder === 'drop';
  const passFrom = (epoch: number, start: number): AsyncGenerator<Batch<T>> =>
    isRows(source) ? gatherBatches(source, epoch, start, size, drop) : stackBatches(source, epoch, start, size, drop);
  return defineSource((epoch) => passFrom(epoch, 0), { passFrom });
}

async function* gatherBatches<T>(rows: Rows<T>, epoch: number, first: number, size: number, drop: boolean): AsyncGenerator<Batch<T>> {
  const order = rows.order(epoch);
  const end = drop ? order.length - (order.length % size) : order.length;
  for (let start = first * size; start < end; start += size) yield rows.gather(order.subarray(start, start + size));
}

async function* stackBatches<T>(
  source: AsyncIterable<T>,
  epoch: number,
  first: number,
  size: number,
  drop: boolean,
): AsyncGenerator<Batch<T>> {
  let pending: T[] = [];
  const takePending = (): Batch<T> => {
    const rows = pending;
    pending = [];
    try {
      return stackRows(rows);
    } finally {
      disposeItem(rows);
    }
  };
  try {
    for await (const row of passOf(source, epoch, first * size)) {
      pending.push(row);
      if (pending.length === size) yield takePending();
    }
    if (pending.length > 0 && !drop) yield takePending();
  } finally {
    disposeItem(pending);
  }
}
