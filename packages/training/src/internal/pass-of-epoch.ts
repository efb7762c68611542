import { slice, Tensor, tidy } from '@tensorflow/tfjs-core';
import { check, disposeTree, flatten, formatShape, leaves, mapTree } from '@kumiko/core';
import type { Batch } from '../batch.ts';
import type { BatchSource } from '../batch-source.ts';

/** A source that has a pass of its own for each epoch, as those of `@kumiko/data` have. */
interface EpochSource<B> extends AsyncIterable<B> {
  pass(epoch: number): AsyncIterable<B>;
  passFrom?(epoch: number, start: number): AsyncIterable<B>;
}

/** Which batches of which source. */
export interface Pass {
  /** The function that is asked, for errors. */
  readonly symbol: string;
  readonly epoch: number;
  /** Batches to leave out at the start. */
  readonly start?: number;
  /** Rows in a batch of a record of tensors. */
  readonly batchSize?: number;
}

const DEFAULT_BATCH_SIZE = 32;

/** The batches of one epoch over any source. */
export function passOfEpoch<B extends Batch>(source: BatchSource<B>, pass: Pass): AsyncIterable<B> | Iterable<B> {
  const { symbol, epoch, start = 0 } = pass;
  check(
    typeof source === 'function' || (typeof source === 'object' && source !== null && !(source instanceof Tensor)),
    symbol,
    () =>
      `expected batches from an iterable, a function or a record of tensors, got ${source instanceof Tensor ? 'a tensor' : typeof source}. Pass for example { x, y }.`,
  );
  if (typeof source === 'function') return withoutFirst(source(epoch), start);
  if (isRecord(source)) return cut(source, pass);
  if (!('pass' in source && typeof source.pass === 'function')) return withoutFirst(source, start);
  const epochs = source as EpochSource<B>;
  return start > 0 && epochs.passFrom ? epochs.passFrom(epoch, start) : withoutFirst(epochs.pass(epoch), start);
}

function isRecord<B extends Batch>(source: AsyncIterable<B> | Iterable<B> | B): source is B {
  return !(Symbol.asyncIterator in source) && !(Symbol.iterator in source);
}

/** What follows the first batches, which are disposed. */
async function* withoutFirst<B extends Batch>(batches: AsyncIterable<B> | Iterable<B>, count: number): AsyncGenerator<B, void, undefined> {
  let seen = 0;
  for await (const batch of batches) {
    if (seen++ < count) disposeTree(batch);
    else yield batch;
  }
}

/** A record of tensors in batches, in order; the last may be smaller. */
function* cut<B extends Batch>(record: B, { symbol, start = 0, batchSize = DEFAULT_BATCH_SIZE }: Pass): Generator<B, void, undefined> {
  const [first] = leaves<Tensor>(record);
  const rows = first?.shape[0] ?? 0;
  check(
    Number.isInteger(batchSize) && batchSize >= 1,
    symbol,
    () => `expected batchSize to be a whole number of at least 1, got ${batchSize}. Pass for example 32.`,
  );
  for (const { name, leaf } of flatten<Tensor>(record)) {
    check(
      leaf.rank > 0 && leaf.shape[0] === rows,
      symbol,
      () => `expected tensors of ${rows} rows, got '${name}' ${formatShape(leaf.shape)}. Give each one row a sample, on the first axis.`,
    );
  }
  for (let at = start * batchSize; at < rows; at += batchSize) {
    const size = Math.min(batchSize, rows - at);
    yield tidy(() => mapTree<Tensor, Tensor>((leaf) => slice(leaf, at, size), record)) as B;
  }
}
