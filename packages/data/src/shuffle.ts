import { check, foldIn, generator, type Key } from '@kumiko/core';
import { disposeItem } from './dispose-item.ts';
import type { Row } from './row.ts';
import { defineRows, isRows, type Rows } from './rows.ts';
import { defineSource, passOf, type Source } from './source.ts';

/** Options of {@link shuffle}. */
export interface ShuffleOptions {
  /** Items of a stream to choose among; an integer >= 1, default 1024. Rows do not need it: they are permuted fully. */
  readonly buffer?: number;
}

/**
 * Another order in every epoch, decided by `foldIn(key, epoch)`. {@link Rows} are permuted fully (Fisher-Yates).
 * Of a stream, each item is drawn from a buffer of the next ones, so an item moves forward by less than `buffer` places.
 *
 * @throws KumikoError when `buffer` is not an integer >= 1
 * @example
 * const rows = fromArrays({ label: Int32Array.of(3, 1, 4, 1, 5) });
 * const shuffled = map(shuffle(rows, key(0)), ({ label }) => label.value);
 * (await Array.fromAsync(shuffled)).sort(); // [1, 1, 3, 4, 5]
 */
export function shuffle<T>(rows: Rows<T>, key: Key): Rows<T>;
export function shuffle<T>(source: AsyncIterable<T>, key: Key, options?: ShuffleOptions): Source<T>;
export function shuffle(source: AsyncIterable<Row>, key: Key, options: ShuffleOptions = {}): Source<Row> {
  const { buffer: size = 1024 } = options;
  check(
    Number.isInteger(size) && size >= 1,
    'shuffle',
    () => `expected buffer to be an integer >= 1, got ${size}. Pass how many items to choose among.`,
  );
  return isRows(source) ? shuffleRows(source, key) : shuffleStream(source, key, size);
}

function shuffleRows<T>(rows: Rows<T>, key: Key): Rows<T> {
  return defineRows<T>({
    length: rows.length,
    row: (index) => rows.row(index),
    gather: (indices) => rows.gather(indices),
    order(epoch) {
      const order = rows.order(epoch);
      return generator(foldIn(key, epoch))
        .permutation(order.length)
        .map((position) => order[position] as number);
    },
  });
}

function shuffleStream<T>(source: AsyncIterable<T>, key: Key, size: number): Source<T> {
  return defineSource(async function* (epoch) {
    const random = generator(foldIn(key, epoch));
    const buffer: T[] = [];
    try {
      for await (const item of passOf(source, epoch)) {
        if (buffer.length < size) {
          buffer.push(item);
          continue;
        }
        const place = random.integer(size);
        const drawn = buffer[place] as T;
        buffer[place] = item;
        yield drawn;
      }
      while (buffer.length > 0) {
        const place = random.integer(buffer.length);
        const drawn = buffer[place] as T;
        const last = buffer.pop() as T;
        if (place < buffer.length) buffer[place] = last;
        yield drawn;
      }
    } finally {
      for (const item of buffer) disposeItem(item);
    }
  });
}
