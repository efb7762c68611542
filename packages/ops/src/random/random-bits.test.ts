import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { foldIn, generator, key, keyTensor, threefry2x32, type Key } from '@kumiko/core';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { randomBitsReference } from './internal/random-bits-reference.ts';
import { randomBits } from './random-bits.ts';

const keys: readonly Key[] = [key(0), key(42), { words: [0xffffffff, 0x80000001] }, foldIn(key(7), 'dense/kernel')];

/** Core's stream of a key, as int32. */
function hostWords(from: Key, count: number): Int32Array {
  const random = generator(from);
  return Int32Array.from({ length: count }, () => random.uint32() | 0);
}

onEveryBackend(() => {
  // Odd counts cut a block, 8 is one vector, 16384 one part of the WASM kernel, 1024 one chunk.
  test.each([0, 1, 2, 3, 7, 8, 9, 31, 1023, 1025, 16383, 16385, 50_001])('%i words are those of the host generator', async (count) => {
    for (const from of keys) expect(await randomBits(from, [count]).data()).toEqual(hostWords(from, count));
  });

  test('the reference in 16-bit limbs agrees', async () => {
    for (const from of keys) {
      for (const count of [1, 2, 7, 1000]) {
        const reference = randomBitsReference({ key: keyTensor(from) }, { shape: [count] });
        expect(await reference.data()).toEqual(hostWords(from, count));
      }
    }
  });

  test('element i is word i mod 2 of the block of counter (2, floor(i / 2)), row after row', async () => {
    const bits = randomBits(key(11), [2, 3]);
    expect(bits.dtype).toBe('int32');
    expect(bits.shape).toEqual([2, 3]);
    const blocks = [0, 1, 2].flatMap((i) => threefry2x32([0, 11], [2, i]));
    expect(await bits.data()).toEqual(Int32Array.from(blocks));
  });

  test('a key tensor draws the same as its host key, and stays', async () => {
    for (const from of keys) {
      const tensor = keyTensor(from);
      expect(await randomBits(tensor, [9]).data()).toEqual(hostWords(from, 9));
      expect(tensor.isDisposed).toBe(false);
    }
  });

  test('a scalar and empty shapes', async () => {
    expect(await randomBits(key(3), []).data()).toEqual(hostWords(key(3), 1));
    expect(randomBits(key(3), [4, 0, 2]).shape).toEqual([4, 0, 2]);
    expect(randomBitsReference({ key: keyTensor(key(3)) }, { shape: [0] }).shape).toEqual([0]);
  });

  test('it leaves nothing behind', async () => {
    const tensor = keyTensor(key(1));
    await trackLeaks(() => [randomBits(key(1), [5]), randomBits(tensor, [2, 2]), randomBits(key(1), [0])]);
    await trackLeaks(() => randomBitsReference({ key: tensor }, { shape: [5] }));
  });

  test('it refuses what is no key and no shape', () => {
    const refusal = 'randomBits: expected a key as an int32 tensor [2], got float32 [2]. Pass key(seed), or a tensor that keyTensor made.';
    expect(() => randomBits(tf.tensor1d([1, 2]), [2])).toThrow(refusal);
    expect(() => randomBits(42 as unknown as Key, [2])).toThrow(
      'randomBits: expected a key, got number. Pass key(seed), or a tensor that keyTensor made.',
    );
    expect(() => randomBits(null as unknown as Key, [2])).toThrow('randomBits: expected a key, got null.');
    expect(() => randomBits(key(0), [2, -1])).toThrow(
      'randomBits: expected a shape of integers >= 0, got [2,-1]. Pass for example [2, 3].',
    );
    expect(() => randomBits(key(0), [2 ** 20, 2 ** 20])).toThrow('randomBits: expected fewer than 2^31 elements, got [1048576,1048576].');
  });
});
