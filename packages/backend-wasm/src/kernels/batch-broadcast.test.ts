import { expect, test } from 'vitest';
import { batchBroadcast } from './batch-broadcast.ts';

test('no outer dimensions, equal ones, and those of one matrix', () => {
  expect(batchBroadcast([], [])).toEqual({ divide: 1, modulo: 1 });
  expect(batchBroadcast([2, 3], [2, 3])).toEqual({ divide: 1, modulo: 6 });
  expect(batchBroadcast([1, 1], [2, 3])).toEqual({ divide: 6, modulo: 1 });
});

test('leading and trailing axes', () => {
  expect(batchBroadcast([3], [5, 3])).toEqual({ divide: 1, modulo: 3 });
  expect(batchBroadcast([5, 1], [5, 3])).toEqual({ divide: 3, modulo: 5 });
  expect(batchBroadcast([1, 4, 1], [2, 4, 3])).toEqual({ divide: 3, modulo: 4 });
  expect(batchBroadcast([2, 1, 3], [2, 1, 3])).toEqual({ divide: 1, modulo: 6 });
});

test('a broadcast axis between others cannot be said', () => {
  expect(batchBroadcast([2, 1, 3], [2, 4, 3])).toBeUndefined();
});
