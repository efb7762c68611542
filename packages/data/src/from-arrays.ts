import { check, flatten, formatShape, mapTree, type MapTree, type TreeOf } from '@kumiko/core';
import { gatherRows, HostTensor, hostTensor, rowOf, type NumericArray } from './host-tensor.ts';
import type { Batch } from './row.ts';
import { defineRows, type Rows } from './rows.ts';

/** Columns of a data set: typed arrays with one number a row, or host tensors with one slice of the first axis a row. */
export type Columns = TreeOf<HostTensor | NumericArray>;

/** A row of columns of type `C`. */
export type RowOf<C> = MapTree<C, HostTensor | NumericArray, HostTensor>;

/**
 * Rows over columns that lie in memory. Rows are views and batches are copied once, straight from the columns.
 *
 * @param columns a tree of host tensors `[rows, ...]` or typed arrays `[rows]`, each with the same number of rows
 * @throws KumikoError when there is no column, or the numbers of rows differ
 * @example
 * const rows = fromArrays({
 *   image: hostTensor(new Uint8Array(3 * 28 * 28), [3, 28, 28, 1]),
 *   label: new Int32Array([7, 2, 1]),
 * });
 */
export function fromArrays<C extends Columns>(columns: C): Rows<RowOf<C>> {
  const hosts = mapTree(
    (column: HostTensor | NumericArray) => (column instanceof HostTensor ? column : hostTensor(column)),
    columns as Columns,
  );
  const [first, ...others] = flatten(hosts);
  check(first !== undefined, 'fromArrays', () => 'expected at least one column, got none. Pass for example { x: values }.');
  for (const { name, leaf } of [first, ...others]) {
    check(
      leaf.shape.length > 0 && leaf.shape[0] === first.leaf.shape[0],
      'fromArrays',
      () =>
        `expected columns of as many rows as '${first.name}' ${formatShape(first.leaf.shape)}, got '${name}' ${formatShape(leaf.shape)}. Give every column one entry a row, on its first axis.`,
    );
  }
  return defineRows<RowOf<C>>({
    length: first.leaf.shape[0] as number,
    row: (index) => mapTree((column: HostTensor) => rowOf(column, index), hosts) as unknown as RowOf<C>,
    gather: (indices) => mapTree((column: HostTensor) => gatherRows(column, indices), hosts) as unknown as Batch<RowOf<C>>,
  });
}
