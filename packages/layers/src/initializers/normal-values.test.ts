import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { generator, key } from '@kumiko/core';
import { normalValues } from './normal-values.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('normals of the key, widened', () => {
  const values = normalValues(0.5)(key(3), [4, 2]);
  expect([values.shape, values.dtype]).toEqual([[4, 2], 'float32']);
  expect([...values.dataSync()]).toEqual([...generator(key(3)).normals(8)].map((value) => value / 2));
  expect([...normalValues(0)(key(3), [2]).dataSync()]).toEqual([0, 0]);
});

test('says what is wrong', () => {
  expect(() => normalValues(-1)).toThrow('normalValues: expected standardDeviation >= 0, got -1. ');
});
