import { foldIn, type Key } from '@kumiko/core';
import { map } from './map.ts';
import type { Source } from './source.ts';

/**
 * {@link map} with a key of its own for every item, `foldIn(foldIn(key, epoch), position)`: another one in every epoch, and the same one
 * again when a pass is made again or resumed within. What the function does at random it draws from that key alone.
 *
 * @param fn gets the item and its key
 * @example
 * const images = { x: hostTensor(new Uint8Array(4 * 28 * 28), [4, 28, 28, 1]), y: Int32Array.of(7, 2, 1, 0) };
 * const batches = batch(shuffle(fromArrays(images), key(0)), 2);
 * const augmented = randomMap(batches, key(1), ({ x, y }, own) => ({ x: randomCrop(x, own, { padding: 2 }), y }));
 * await Array.fromAsync(augmented, ({ x }) => x.shape); // [[2, 28, 28, 1], [2, 28, 28, 1]]
 * @see Grain's `random_map`
 */
export function randomMap<T, U>(source: AsyncIterable<T>, key: Key, fn: (item: T, key: Key) => U | Promise<U>): Source<U> {
  return map(source, (item, position, epoch) => fn(item, foldIn(foldIn(key, epoch), position)));
}
