import { trackLeaks } from '@kumiko/backend';
import { generator, key, keyTensor } from '@kumiko/core';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { randomPermutation } from './random-permutation.ts';

onEveryBackend(() => {
  test.each([0, 1, 2, 3, 64, 65, 1000, 50_000])('%i indices in the order of the host generator', async (length) => {
    const order = randomPermutation(key(4), length);
    expect([order.dtype, order.shape]).toEqual(['int32', [length]]);
    const values = await order.data();
    expect(values).toEqual(generator(key(4)).permutation(length));
    expect(Int32Array.from(values).sort()).toEqual(Int32Array.from({ length }, (_, i) => i));
  });

  test('a key tensor gives the same order, and nothing is left behind', async () => {
    const tensor = keyTensor({ words: [0xdeadbeef, 0xfeedf00d] });
    const order = await trackLeaks(() => randomPermutation(tensor, 77));
    expect(await order.data()).toEqual(generator({ words: [0xdeadbeef, 0xfeedf00d] }).permutation(77));
  });

  test('it refuses what is no length', () => {
    const text = 'randomPermutation: expected a length in [0, 2^31), got -1. Pass how many indices you need.';
    expect(() => randomPermutation(key(0), -1)).toThrow(text);
    expect(() => randomPermutation(key(0), 1.5)).toThrow('got 1.5');
  });
});
