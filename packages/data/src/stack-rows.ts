import { stack, Tensor, tensor } from '@tensorflow/tfjs-core';
import { check, formatShape, leaves, mapTree, unflatten } from '@kumiko/core';
import { allocateValues, HostTensor, hostTensor, type NumericArray } from './host-tensor.ts';
import type { Batch, Row, RowLeaf } from './row.ts';

/** A leaf with a shape and a type; tensors stay as they are. */
function shaped(leaf: RowLeaf): HostTensor | Tensor {
  if (leaf instanceof HostTensor || leaf instanceof Tensor) return leaf;
  if (typeof leaf === 'number') return new HostTensor(Float32Array.of(leaf), [], 'float32');
  if (typeof leaf === 'boolean') return new HostTensor(Uint8Array.of(Number(leaf)), [], 'bool');
  check(
    ArrayBuffer.isView(leaf),
    'stackRows',
    () => `expected numbers, booleans, typed arrays or tensors in a row, got ${typeof leaf}. Map the rows to numbers first.`,
  );
  return hostTensor(leaf as NumericArray);
}

function toTensor({ values, shape, dtype }: HostTensor): Tensor {
  const copy = allocateValues(dtype, values.length);
  copy.set(values);
  return tensor(copy, [...shape], dtype);
}

function stackLeaf(column: readonly (HostTensor | Tensor)[]): Tensor {
  const [first] = column as [HostTensor | Tensor];
  for (const { shape, dtype } of column) {
    check(
      dtype === first.dtype && formatShape(shape) === formatShape(first.shape),
      'stackRows',
      () =>
        `expected rows of one shape and type, got ${first.dtype} ${formatShape(first.shape)} and ${dtype} ${formatShape(shape)}. Crop, pad or convert them to the same.`,
    );
  }
  if (column.some((leaf) => leaf instanceof Tensor)) {
    const tensors = column.map((leaf) => (leaf instanceof Tensor ? leaf : toTensor(leaf)));
    const stacked = stack(tensors);
    for (const [i, made] of tensors.entries()) if (made !== column[i]) made.dispose();
    return stacked;
  }
  const { shape, dtype, values } = first as HostTensor;
  const gathered = allocateValues(dtype as HostTensor['dtype'], column.length * values.length);
  for (const [i, leaf] of (column as HostTensor[]).entries()) gathered.set(leaf.values, i * values.length);
  return tensor(gathered, [column.length, ...shape], dtype as HostTensor['dtype']);
}

/**
 * Stacks rows into a batch: each leaf becomes a tensor `[rows.length, ...shape of the leaf]`. Disposes nothing.
 * Numbers become float32, booleans bool, typed arrays float32 or int32; for labels use `hostTensor(Int32Array.of(label), [])`.
 *
 * @throws KumikoError when there are no rows, or their structures, shapes or types differ
 * @example
 * stackRows([{ x: new Float32Array([1, 2]), y: 0 }, { x: new Float32Array([3, 4]), y: 1 }]); // { x: tensor [2,2], y: tensor [2] }
 */
export function stackRows<T>(rows: readonly T[]): Batch<T> {
  check(rows.length > 0, 'stackRows', () => 'expected at least one row, got none. Pass the rows of a batch.');
  const [first] = rows as [T];
  // Read by name, in the order of the first row: the names of another may stand in another order.
  const columns = rows.map((row) => leaves(mapTree((_: RowLeaf, leaf: RowLeaf) => shaped(leaf), first as Row, row as Row)));
  const stacked: Tensor[] = [];
  try {
    for (let i = 0; i < (columns[0]?.length ?? 0); i++) stacked.push(stackLeaf(columns.map((column) => column[i] as HostTensor | Tensor)));
  } catch (error) {
    for (const made of stacked) made.dispose();
    throw error;
  }
  return unflatten(first as Row, stacked) as Batch<T>;
}
