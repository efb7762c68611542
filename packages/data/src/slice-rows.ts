/** @internal */
import { defineRows, type Rows } from './rows.ts';
import { subset } from './subset.ts';

/** The rows from `start` to before `end` of every pass. Of shuffled rows these are others in every epoch. */
export function sliceRows<T>(rows: Rows<T>, start: number, end: number): Rows<T> {
  if (!rows.shuffled) return subset(rows, rows.order(0).subarray(start, end));
  return defineRows<T>({
    length: Math.max(0, Math.min(end, rows.length) - start),
    row: (index) => rows.row(index),
    gather: (indices) => rows.gather(indices),
    order: (epoch) => rows.order(epoch).subarray(start, end),
  });
}
