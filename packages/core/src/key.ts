import type { Tensor1D } from '@tensorflow/tfjs-core';
import { check } from './check.ts';
import { threefry2x32 } from './threefry.ts';

/**
 * A random key: two unsigned 32-bit words. A value, not a generator: the same key gives the same numbers, always.
 * Make one with {@link key}, more with {@link splitKey}, and one for a step or a name with {@link foldIn}.
 */
export interface Key {
  readonly words: readonly [number, number];
}

/** A key on the host, or the same two words as an int32 tensor `[2]`, which a compiled step needs. */
export type KeyLike = Key | Tensor1D;

/** A tuple for the counts that are destructured, so that `const [a, b] = splitKey(parent, 2)` has two keys under strict types. */
interface KeyTuples {
  1: [Key];
  2: [Key, Key];
  3: [Key, Key, Key];
  4: [Key, Key, Key, Key];
  5: [Key, Key, Key, Key, Key];
  6: [Key, Key, Key, Key, Key, Key];
}

/** What {@link splitKey} returns: a tuple for a literal count up to 6, else an array. */
export type Keys<N extends number> = N extends keyof KeyTuples ? KeyTuples[N] : Key[];

function makeKey(high: number, low: number): Key {
  return Object.freeze({ words: Object.freeze([high, low] as const) });
}

/**
 * A key from a seed, the words `[floor(seed / 2^32), seed mod 2^32]`.
 *
 * @param seed an integer in [0, 2^53)
 * @throws KumikoError when `seed` is not such an integer
 * @example
 * key(42).words; // [0, 42]
 */
export function key(seed: number): Key {
  check(
    Number.isSafeInteger(seed) && seed >= 0,
    'key',
    () => `expected an integer seed in [0, 2^53), got ${seed}. Pass for example key(42).`,
  );
  return makeKey(Math.floor(seed / 2 ** 32), seed >>> 0);
}

/**
 * `count` independent keys: key i is the Threefry-2x32 block of counter (0, i) under `parent`.
 *
 * @throws KumikoError when `count` is not an integer in [0, 2^32]
 * @example
 * const [a, b] = splitKey(key(0), 2);
 * @see Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011
 */
export function splitKey<N extends number>(parent: Key, count: N): Keys<N> {
  check(
    Number.isInteger(count) && count >= 0 && count <= 2 ** 32,
    'splitKey',
    () => `expected a count in [0, 2^32], got ${count}. Pass how many keys you need.`,
  );
  return Array.from({ length: count }, (_, i) => makeKey(...threefry2x32(parent.words, [0, i]))) as Keys<N>;
}

/**
 * The key of `data` under `parent`, for example of a step or a parameter's name: the Threefry block of counter (1, data).
 * Keys of {@link splitKey} have counters (0, i), so the two never meet.
 *
 * @param data an unsigned 32-bit integer, or a string (hashed with 32-bit FNV-1a over its UTF-8 bytes)
 * @throws KumikoError when a number is not an integer in [0, 2^32)
 * @example
 * foldIn(key(0), 'dense/kernel');
 */
export function foldIn(parent: Key, data: number | string): Key {
  const word = typeof data === 'string' ? fnv1a(data) : data;
  check(
    Number.isInteger(word) && word >= 0 && word < 2 ** 32,
    'foldIn',
    () => `expected an integer in [0, 2^32) or a string, got ${data}. Pass a step number or a name.`,
  );
  return makeKey(...threefry2x32(parent.words, [1, word]));
}

/** 32-bit FNV-1a of a string's UTF-8 bytes. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
