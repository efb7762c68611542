import { disposeItem } from './dispose-item.ts';
import { defineSource, passOf, type Source } from './source.ts';

/**
 * Applies a function, which may be async, to every item. The tensors of the old item that the new one does not hold are disposed;
 * wrap the body of `fn` in `tf.tidy` if it makes intermediate tensors, and return no tensor that you keep.
 * Rows become a stream: shuffle first, then map.
 *
 * @param fn gets the item, its position in the pass, from 0, and the epoch of the pass
 * @example
 * const rows = fromArrays({ image: Uint8Array.of(0, 51, 255) });
 * const scaled = map(batch(rows, 3), ({ image }) => ({ image: tf.div(image, 255) }));
 * await Array.fromAsync(scaled); // [{ image: [0, 0.2, 1] }]
 */
export function map<T, U>(source: AsyncIterable<T>, fn: (item: T, position: number, epoch: number) => U | Promise<U>): Source<U> {
  async function* passFrom(epoch: number, start: number): AsyncGenerator<U, void, undefined> {
    let position = start;
    for await (const item of passOf(source, epoch, start)) {
      let mapped: U | undefined;
      try {
        mapped = await fn(item, position++, epoch);
      } finally {
        disposeItem(item, mapped);
      }
      yield mapped;
    }
  }
  return defineSource((epoch) => passFrom(epoch, 0), { passFrom });
}
