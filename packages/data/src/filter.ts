import { disposeItem } from './dispose-item.ts';
import { defineSource, passOf, type Source } from './source.ts';

/**
 * The items for which `keep`, which may be async, is true; the tensors of the others are disposed.
 *
 * @param keep gets the item and its position in the pass, from 0
 * @example
 * const rows = fromArrays({ label: Int32Array.of(3, 1, 4, 1, 5) });
 * const ones = filter(rows, ({ label }) => label.value === 1);
 * (await Array.fromAsync(ones)).length; // 2
 */
export function filter<T>(source: AsyncIterable<T>, keep: (item: T, position: number) => boolean | Promise<boolean>): Source<T> {
  return defineSource(async function* (epoch) {
    let position = 0;
    for await (const item of passOf(source, epoch)) {
      let kept = false;
      try {
        kept = await keep(item, position++);
      } finally {
        if (!kept) disposeItem(item);
      }
      if (kept) yield item;
    }
  });
}
