import { trackLeaks } from '@kumiko/backend';
import { key, keyFromTensor, keyTensor, splitKey } from '@kumiko/core';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { splitKeyTensor } from './split-key-tensor.ts';

onEveryBackend(() => {
  test('the keys are those of splitKey, from a host key and from a tensor', async () => {
    const parent = { words: [0x89abcdef, 0xfffffffe] } as const;
    const tensor = keyTensor(parent);
    for (const from of [parent, tensor]) {
      const keys = await trackLeaks(() => splitKeyTensor(from, 5));
      expect(await Promise.all(keys.map(keyFromTensor))).toEqual(splitKey(parent, 5));
    }
    expect(tensor.isDisposed).toBe(false);
    expect(splitKeyTensor(parent, 0)).toEqual([]);
  });

  test('it refuses what is no count', () => {
    const text = 'splitKeyTensor: expected a count in [0, 65536], got -1. Fold an index into the key to make more.';
    expect(() => splitKeyTensor(key(0), -1)).toThrow(text);
  });
});
