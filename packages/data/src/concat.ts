import { defineSource, passOf, type Source } from './source.ts';

/**
 * The items of several sources, one source after the other.
 *
 * @example
 * const all = concat(train, test);
 */
export function concat<T>(...sources: readonly AsyncIterable<T>[]): Source<T> {
  return defineSource(async function* (epoch) {
    for (const source of sources) yield* passOf(source, epoch);
  });
}
