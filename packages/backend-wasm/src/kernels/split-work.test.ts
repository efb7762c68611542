import { expect, test } from 'vitest';
import { splitWork } from './split-work.ts';

test('no part falls below the least cost, and there is always one', () => {
  expect(splitWork(10, 1000, 400)).toBe(2);
  expect(splitWork(10, 100, 400)).toBe(1);
  expect(splitWork(0, 0, 400)).toBe(1);
});

test('there are no more parts than items, nor than 64', () => {
  expect(splitWork(10, 1e9, 1)).toBe(10);
  expect(splitWork(1000, 1e9, 1)).toBe(64);
});
