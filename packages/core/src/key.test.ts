import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldIn, key, splitKey } from './key.ts';
import { threefry2x32 } from './threefry.ts';

const hex = (words: readonly number[]): string => words.map((word) => word.toString(16).padStart(8, '0')).join('');

describe('key', () => {
  test('holds the seed as a high and a low word', () => {
    expect(key(42).words).toEqual([0, 42]);
    expect(key(2 ** 32).words).toEqual([1, 0]);
    // 2^53 - 1 = (2^21 - 1) * 2^32 + (2^32 - 1)
    expect(key(Number.MAX_SAFE_INTEGER).words).toEqual([0x1fffff, 0xffffffff]);
  });

  test.each([-1, 0.5, NaN, 2 ** 53])('refuses the seed %d', (seed) => {
    expect(() => key(seed)).toThrow(`key: expected an integer seed in [0, 2^53), got ${seed}. Pass for example key(42).`);
  });

  test('is frozen', () => {
    const value = key(1);
    expect(() => ((value.words as unknown as number[])[0] = 2)).toThrow(TypeError);
    expect(() => ((value as { words: unknown }).words = [0, 0])).toThrow(TypeError);
  });
});

describe('splitKey', () => {
  test('gives the blocks of the counters (0, i)', () => {
    // The first is Random123's known answer for a key and a counter of zeros.
    expect(splitKey(key(0), 2).map(({ words }) => words)).toEqual([[0x6b200159, 0x99ba4efe], threefry2x32([0, 0], [0, 1])]);
  });

  test('a longer split starts with the shorter one', () => {
    expect(splitKey(key(9), 5).slice(0, 2)).toEqual(splitKey(key(9), 2));
    expect(splitKey(key(9), 0)).toEqual([]);
  });

  test.each([-1, 1.5, NaN, 2 ** 33])('refuses the count %d', (count) => {
    expect(() => splitKey(key(0), count)).toThrow(`splitKey: expected a count in [0, 2^32], got ${count}. Pass how many keys you need.`);
  });
});

describe('foldIn', () => {
  test('gives the block of the counter (1, data)', () => {
    expect(foldIn(key(3), 17).words).toEqual(threefry2x32([0, 3], [1, 17]));
  });

  test('hashes a name with 32-bit FNV-1a over UTF-8', () => {
    // Known answers of FNV-1a 32: '' 811c9dc5, 'a' e40c292c, 'foobar' bf9cf968.
    expect(foldIn(key(3), '')).toEqual(foldIn(key(3), 0x811c9dc5));
    expect(foldIn(key(3), 'a')).toEqual(foldIn(key(3), 0xe40c292c));
    expect(foldIn(key(3), 'foobar')).toEqual(foldIn(key(3), 0xbf9cf968));
    expect(foldIn(key(3), 'é')).not.toEqual(foldIn(key(3), 'e'));
  });

  test('never meets a split key', () => {
    const seen = new Set(splitKey(key(5), 1000).map(({ words }) => hex(words)));
    for (let i = 0; i < 1000; i++) seen.add(hex(foldIn(key(5), i).words));
    expect(seen.size).toBe(2000);
  });

  test('is a function of the key and the data', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(2 ** 32 - 1), (seed, data) => {
        expect(foldIn(key(seed), data)).toEqual(foldIn(key(seed), data));
        expect(foldIn(key(seed), data)).not.toEqual(foldIn(key(seed), (data + 1) % 2 ** 32));
      }),
    );
  });

  test.each([-1, 1.5, 2 ** 32, NaN])('refuses the number %d', (data) => {
    expect(() => foldIn(key(0), data)).toThrow(
      `foldIn: expected an integer in [0, 2^32) or a string, got ${data}. Pass a step number or a name.`,
    );
  });
});
