import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { fromArrays } from './from-arrays.ts';
import { gatherRows, hostTensor, rowOf } from './host-tensor.ts';
import { stackRows } from './stack-rows.ts';

test('hostTensor infers shape and type', () => {
  expect(hostTensor(new Float64Array(3))).toMatchObject({ shape: [3], dtype: 'float32' });
  expect(hostTensor(new Int8Array(6), [3, 2])).toMatchObject({ shape: [3, 2], dtype: 'int32' });
  expect(hostTensor(new Uint8Array(1), [], 'bool')).toMatchObject({ shape: [], dtype: 'bool' });
  expect(hostTensor(new Uint8Array([3]), [], 'float32').value).toBe(3);
});

test('hostTensor refuses shapes and types that do not fit', () => {
  expect(() => hostTensor(new Float32Array(5), [2, 2])).toThrow(
    'hostTensor: expected a shape of 5 elements, got [2,2] of 4. Pass the sizes of the axes, rows first.',
  );
  expect(() => hostTensor(new Float32Array(2), [-1, -2])).toThrow('hostTensor: expected a shape of 2 elements, got [-1,-2]');
  expect(() => hostTensor(new Float32Array(2), [2], 'int32')).toThrow(
    'hostTensor: expected integers for int32, got a Float32Array. Pass an Int32Array, or leave dtype out for float32.',
  );
  expect(() => hostTensor(new Float32Array(2)).value).toThrow(
    'HostTensor.value: expected a tensor of one element, got the shape [2]. Read values instead.',
  );
});

test('rowOf is a view of one row', () => {
  const matrix = hostTensor(new Float32Array([1, 2, 3, 4, 5, 6]), [3, 2]);
  const row = rowOf(matrix, 1);
  expect([row.shape, [...row.values]]).toEqual([[2], [3, 4]]);
  expect(row.values.buffer).toBe(matrix.values.buffer);
  for (const index of [-1, 3, 0.5]) {
    expect(() => rowOf(matrix, index)).toThrow(`rowOf: expected a row of a tensor [3,2], got ${index}.`);
  }
});

test('gatherRows gathers and refuses rows that are not there', () => {
  const matrix = hostTensor(new Uint16Array([1, 2, 3, 4, 5, 6]), [3, 2]);
  const gathered = gatherRows(matrix, [2, 0, 2]);
  expect([gathered.shape, gathered.dtype, [...gathered.dataSync()]]).toEqual([[3, 2], 'int32', [5, 6, 1, 2, 5, 6]]);
  gathered.dispose();
  const none = gatherRows(matrix, []);
  expect(none.shape).toEqual([0, 2]);
  none.dispose();
  expect(() => gatherRows(matrix, [3])).toThrow('gatherRows: expected indices from 0 to 2, got 3. Pass rows that exist.');
});

test('fromArrays refuses no columns and columns of different lengths', () => {
  expect(() => fromArrays({})).toThrow('fromArrays: expected at least one column, got none. Pass for example { x: values }.');
  expect(() => fromArrays({ x: hostTensor(new Float32Array(4), [2, 2]), y: new Int32Array(3) })).toThrow(
    "fromArrays: expected columns of as many rows as 'x' [2,2], got 'y' [3]. Give every column one entry a row, on its first axis.",
  );
  expect(() => fromArrays({ x: hostTensor(new Float32Array(1), []) })).toThrow("fromArrays: expected columns of as many rows as 'x' []");
});

test('stackRows reads records by name and refuses what is not a number', () => {
  const { a, b } = stackRows([
    { a: 1, b: true },
    { b: false, a: 2 },
  ]);
  expect([a.dtype, [...a.dataSync()], b.dtype, [...b.dataSync()]]).toEqual(['float32', [1, 2], 'bool', [1, 0]]);
  a.dispose();
  b.dispose();
  expect(() => stackRows([])).toThrow('stackRows: expected at least one row, got none. Pass the rows of a batch.');
  expect(() => stackRows(['text'])).toThrow(
    'stackRows: expected numbers, booleans, typed arrays or tensors in a row, got string. Map the rows to numbers first.',
  );
  expect(() => stackRows<unknown>([{ a: 1 }, { b: 1 }])).toThrow('expected trees of one structure, got one of ["a"] and one of ["b"]');
  expect(() => stackRows([Int32Array.of(1), Float32Array.of(1)])).toThrow('got int32 [1] and float32 [1]');
});
