import type { Batch } from './batch.ts';

/**
 * Where batches come from:
 *
 * - an async iterable, such as the sources of `@kumiko/data`; one with `pass(epoch)` is asked for the pass of each epoch;
 * - an iterable, such as a generator, which lasts for one epoch;
 * - a function of the epoch that returns one of these: `(epoch) => ...`, or a generator function;
 * - a record of tensors, `{ x, y }`, cut into batches in order. These tensors stay the caller's; all other batches are disposed when they were seen.
 */
export type BatchSource<B extends Batch = Batch> = AsyncIterable<B> | Iterable<B> | ((epoch: number) => AsyncIterable<B> | Iterable<B>) | B;
