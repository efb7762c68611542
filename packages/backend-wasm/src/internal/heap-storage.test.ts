import type { KernelBackend } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { HeapStorage } from './heap-storage.ts';

/** A storage, and the identities that it asked to be moved to it. */
function createStorage() {
  const moved: object[] = [];
  const storage = new HeapStorage<string>({} as KernelBackend, { moveData: (_backend, dataId) => void moved.push(dataId) });
  return { storage, moved };
}

test.each([
  ['made here', (storage: HeapStorage<string>) => storage.createId()],
  ['made elsewhere', () => ({})],
  ['made by another storage', () => createStorage().storage.createId()],
])('data of an identity %s are there from set to delete', (_name, create) => {
  const { storage, moved } = createStorage();
  const dataId = create(storage);
  expect([storage.has(dataId), storage.numDataIds()]).toEqual([false, 0]);
  storage.set(dataId, 'data');
  expect([storage.has(dataId), storage.numDataIds(), storage.get(dataId)]).toEqual([true, 1, 'data']);
  expect(storage.delete(dataId)).toBe(true);
  expect([storage.has(dataId), storage.numDataIds(), storage.delete(createStorage())]).toEqual([false, 0, false]);
  expect(moved).toEqual([]);
});

test('each storage has data of its own for an identity', () => {
  const [one, other] = [createStorage().storage, createStorage().storage];
  const dataId = one.createId();
  one.set(dataId, 'one');
  expect(other.has(dataId)).toBe(false);
  other.set(dataId, 'other');
  expect([one.get(dataId), other.get(dataId)]).toEqual(['one', 'other']);
});

test('data that are not here are moved here when they are asked for', () => {
  const { storage, moved } = createStorage();
  const ids = [storage.createId(), {}, createStorage().storage.createId()];
  for (const dataId of ids) expect(storage.get(dataId)).toBeUndefined();
  expect(moved).toEqual(ids);
});
