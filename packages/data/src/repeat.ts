import { check } from '@kumiko/core';
import { defineSource, passOf, type Source } from './source.ts';

/**
 * The passes of a source one after the other: the pass of epoch e has the source's epochs `e * count` to `(e + 1) * count - 1`,
 * without a count the epochs from e on, for ever.
 *
 * @param count passes, an integer >= 0; default Infinity
 * @throws KumikoError when `count` is not such a number; in a pass, when it would repeat an empty source for ever
 * @example
 * const rows = fromArrays({ label: Int32Array.of(3, 1) });
 * const steps = take(repeat(batch(rows, 2)), 1000); // a thousand steps, however long an epoch is
 * (await Array.fromAsync(steps)).length; // 1000
 */
export function repeat<T>(source: AsyncIterable<T>, count: number = Infinity): Source<T> {
  check(
    count === Infinity || (Number.isInteger(count) && count >= 0),
    'repeat',
    () => `expected count to be an integer >= 0 or Infinity, got ${count}. Pass how many passes to make.`,
  );
  return defineSource(async function* (epoch) {
    const first = count === Infinity ? epoch : epoch * count;
    for (let i = 0; i < count; i++) {
      let empty = true;
      for await (const item of passOf(source, first + i)) {
        empty = false;
        yield item;
      }
      check(
        !empty || count < Infinity,
        'repeat',
        () => 'expected a source with items, got an empty pass. Pass a count, or a source that has items.',
      );
    }
  });
}
