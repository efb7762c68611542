import { check } from './check.ts';
import type { Key } from './key.ts';
import { threefryFill } from './threefry.ts';

/** Counters of {@link generator} have the high word 2 or more: 0 belongs to `splitKey` and 1 to `foldIn`. */
const FIRST_HIGH_WORD = 2;
/** Words drawn at a time: enough to spread the cost of a call, few enough that a short-lived generator is cheap. */
const BUFFER_WORDS = 64;

/** Random numbers on the host, drawn one after the other: made by {@link generator}. */
export interface Generator {
  /** 32 random bits, an integer in [0, 2^32). */
  uint32(): number;
  /** A multiple of 2^-24 in [0, 1): the upper 24 bits of one `uint32`, so it is exact in float32. */
  uniform(): number;
  /** `length` values of {@link Generator.uniform}. */
  uniforms(length: number): Float32Array;
  /**
   * A standard normal, by Box-Muller from two `uint32`s a and b: `sqrt(-2 ln u) cos(2 pi v)` with `u = (a + 0.5) / 2^32`
   * and `v = b / 2^32`; the sine of the pair is the next value. Computed in float64, no larger than 6.8.
   */
  normal(): number;
  /** `length` values of {@link Generator.normal}, rounded to float32. */
  normals(length: number): Float32Array;
  /**
   * An integer in [0, max), each equally likely: draws that would bias the remainder are rejected.
   *
   * @throws KumikoError when `max` is not an integer in [1, 2^32]
   */
  integer(max: number): number;
  /**
   * The integers 0 to `length - 1` in random order (Fisher-Yates), as indices that `tf.gather` takes.
   *
   * @throws KumikoError when `length` is not an integer in [0, 2^31)
   */
  permutation(length: number): Int32Array;
  /**
   * One of the items, each equally likely.
   *
   * @throws KumikoError when there are none
   */
  choice<T>(items: ArrayLike<T>): T;
}

/**
 * Random numbers on the host for a key, for shuffling and for initial values: the Threefry-2x32 blocks of the counters
 * `2 * 2^32, 2 * 2^32 + 1, ...`. The generator is a cursor; the key stays as it is, and another generator of it starts over.
 * Uniforms, integers and permutations are the same everywhere; normals to the last digits of the engine's `Math.log` and `Math.cos`.
 *
 * @example
 * const random = generator(key(7));
 * random.permutation(4); // the numbers 0 to 3 in an order that key(7) decides
 * @see Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011; Box and Muller, 1958; Durstenfeld, Algorithm 235, 1964
 */
export function generator(key: Key): Generator {
  const buffer = new Uint32Array(BUFFER_WORDS);
  let position = BUFFER_WORDS;
  let high = FIRST_HIGH_WORD;
  let low = 0;
  let spare: number | undefined;

  function uint32(): number {
    if (position === BUFFER_WORDS) {
      threefryFill(key.words, [high, low], buffer);
      low = (low + BUFFER_WORDS / 2) >>> 0;
      if (low === 0) high++;
      position = 0;
    }
    return buffer[position++] as number;
  }

  function uniform(): number {
    return (uint32() >>> 8) * 2 ** -24;
  }

  function normal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log((uint32() + 0.5) * 2 ** -32));
    const angle = 2 * Math.PI * (uint32() * 2 ** -32);
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  function below(max: number): number {
    const limit = 2 ** 32 - (2 ** 32 % max);
    let word = uint32();
    while (word >= limit) word = uint32();
    return word % max;
  }

  return Object.freeze({
    uint32,
    uniform,
    uniforms: (length: number) => fill('generator.uniforms', length, uniform),
    normal,
    normals: (length: number) => fill('generator.normals', length, normal),
    integer(max: number): number {
      check(
        Number.isInteger(max) && max >= 1 && max <= 2 ** 32,
        'generator.integer',
        () => `expected max to be an integer in [1, 2^32], got ${max}. Pass how many values there are.`,
      );
      return below(max);
    },
    permutation(length: number): Int32Array {
      checkLength('generator.permutation', length);
      const order = new Int32Array(length);
      for (let i = 1; i < length; i++) order[i] = i;
      for (let i = length - 1; i > 0; i--) {
        const j = below(i + 1);
        const swapped = order[i] as number;
        order[i] = order[j] as number;
        order[j] = swapped;
      }
      return order;
    },
    choice<T>(items: ArrayLike<T>): T {
      check(items.length > 0, 'generator.choice', () => 'expected at least one item, got none. Pass a non-empty array.');
      return items[below(items.length)] as T;
    },
  });
}

function checkLength(symbol: string, length: number): void {
  check(
    Number.isInteger(length) && length >= 0 && length < 2 ** 31,
    symbol,
    () => `expected a length in [0, 2^31), got ${length}. Pass how many values you need.`,
  );
}

function fill(symbol: string, length: number, draw: () => number): Float32Array {
  checkLength(symbol, length);
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) values[i] = draw();
  return values;
}
