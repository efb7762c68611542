import { check } from '@kumiko/core';
import { disposeItem } from './dispose-item.ts';
import { defineSource, passOf, type Source } from './source.ts';

/**
 * Makes up to `count` items ahead while the consumer is busy elsewhere, in the same order. An error comes where its item would have.
 * When the loop is left early, items made ahead are awaited and their tensors disposed.
 *
 * @param count items ahead, an integer >= 1; default 1
 * @throws KumikoError when `count` is not such an integer
 * @example
 * const rows = fromArrays({ label: Int32Array.of(3, 1, 4) });
 * const batches = prefetch(batch(rows, 2), 2);
 * await Array.fromAsync(batches); // [{ label: [3, 1] }, { label: [4] }]
 */
export function prefetch<T>(source: AsyncIterable<T>, count: number = 1): Source<T> {
  check(
    Number.isInteger(count) && count >= 1,
    'prefetch',
    () => `expected count to be an integer >= 1, got ${count}. Pass how many items to make ahead.`,
  );
  async function* passFrom(epoch: number, start: number): AsyncGenerator<T, void, undefined> {
    const iterator = passOf(source, epoch, start)[Symbol.asyncIterator]();
    const ahead: Promise<IteratorResult<T>>[] = [];
    let ended = false;
    let last: Promise<unknown> = Promise.resolve();
    // One at a time: not every iterator allows two calls of next at once.
    const ask = (): void => {
      const next = last.then(async (): Promise<IteratorResult<T>> => {
        if (ended) return { done: true, value: undefined };
        try {
          const result = await iterator.next();
          if (result.done) ended = true;
          return result;
        } catch (error) {
          ended = true;
          throw error;
        }
      });
      last = next.catch(() => undefined);
      ahead.push(next);
    };
    try {
      for (let i = 0; i < count; i++) ask();
      for (;;) {
        ask();
        const result = await (ahead.shift() as Promise<IteratorResult<T>>);
        if (result.done) return;
        yield result.value;
      }
    } finally {
      const closed = ended;
      ended = true;
      for (const result of await Promise.allSettled(ahead)) {
        if (result.status === 'fulfilled' && !result.value.done) disposeItem(result.value.value);
      }
      if (!closed) await iterator.return?.();
    }
  }
  return defineSource((epoch) => passFrom(epoch, 0), { passFrom });
}
