import { defineSource, passOf, type Source } from './source.ts';

/**
 * The items of several sources, one source after the other.
 *
 * @example
 * const rows = fromArrays({ label: Int32Array.of(3, 1) });
 * await Array.fromAsync(batch(concat(rows, rows), 4)); // [{ label: [3, 1, 3, 1] }]
 */
export function concat<T>(...sources: readonly AsyncIterable<T>[]): Source<T> {
  return defineSource(async function* (epoch) {
    for (const source of sources) yield* passOf(source, epoch);
  });
}
