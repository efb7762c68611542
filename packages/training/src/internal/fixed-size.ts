import { gather, ones, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { check, disposeTree, mapTree, type Tree } from '@kumiko/core';
import type { Batch } from '../batch.ts';
import { batchSize } from './batch-size.ts';
import { PADDING_MASK } from './join-loss.ts';

/** What becomes of a batch that is smaller than the first. */
export type LastBatch = 'keep' | 'drop' | 'pad';

/** A batch of the size that all have, and how many of its samples are real. */
export interface Sized<B> {
  readonly data: B;
  readonly samples: number;
}

/**
 * A batch as the step gets it, or nothing when it is dropped. With `pad` the rows that are there are repeated until it is full,
 * so that every number stays in range, and a mask of weights says which are real. Owns the batch: the result has its tensors, or they are disposed.
 */
export function toFixedSize<B extends Batch>(data: B, size: number, lastBatch: LastBatch): Sized<B> | undefined {
  const samples = batchSize(data.x);
  if (lastBatch === 'keep') return { data, samples };
  if (samples > size || (samples < size && lastBatch === 'drop')) {
    disposeTree(data);
    check(
      samples < size,
      'fit',
      () => `expected batches of at most ${size} samples, as the first has, got ${samples}. Let all but the last have one size.`,
    );
    return undefined;
  }
  if (lastBatch === 'drop') return { data, samples };
  if (samples === size) return { data: { ...data, [PADDING_MASK]: ones([size]) } as B, samples };
  const rows = Int32Array.from({ length: size }, (_, i) => i % samples);
  const real = Float32Array.from({ length: size }, (_, i) => Number(i < samples));
  const padded = tidy(() => {
    const index = tensor1d(rows);
    const repeated = mapTree<Tensor, Tensor>((leaf) => (leaf.shape[0] === samples ? gather(leaf, index) : leaf), data);
    return { ...(repeated as { [name: string]: Tree }), [PADDING_MASK]: tensor1d(real) };
  });
  disposeTree(data, padded);
  return { data: padded as unknown as B, samples };
}
