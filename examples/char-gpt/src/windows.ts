import * as tf from '@tensorflow/tfjs-core';
import { foldIn, generator, type Key } from '@kumiko/core';

/** Windows of a text and what follows each of their characters: int32 `[batch,context]` each. */
export type TextBatch = { readonly x: tf.Tensor2D; readonly y: tf.Tensor2D };

/** Sizes of a batch. */
export interface WindowSizes {
  readonly batch: number;
  readonly context: number;
}

function windowsAt(tokens: Int32Array, starts: readonly number[], context: number): TextBatch {
  const rows = (offset: number): tf.Tensor2D => {
    const values = new Int32Array(starts.length * context);
    for (const [i, start] of starts.entries()) values.set(tokens.subarray(start + offset, start + offset + context), i * context);
    return tf.tensor2d(values, [starts.length, context], 'int32');
  };
  return { x: rows(0), y: rows(1) };
}

/** `total` batches of windows at random places, drawn by the key, in passes of `count`; the last pass may be shorter. */
export function randomWindows(tokens: Int32Array, { batch, context }: WindowSizes, count: number, total: number, key: Key) {
  return {
    async *pass(epoch: number): AsyncGenerator<TextBatch> {
      const random = generator(foldIn(key, epoch));
      for (let i = epoch * count; i < Math.min(total, (epoch + 1) * count); i++) {
        const starts = Array.from({ length: batch }, () => random.integer(tokens.length - context));
        yield windowsAt(tokens, starts, context);
      }
    },
    [Symbol.asyncIterator](): AsyncGenerator<TextBatch> {
      return this.pass(0);
    },
  };
}

/** Windows side by side from the start of a text to its end, what is left over dropped; at most `count` batches, spread evenly. */
export function allWindows(tokens: Int32Array, { batch, context }: WindowSizes, count = Infinity) {
  const windows = Math.floor((tokens.length - 1) / context);
  const size = Math.min(batch, windows);
  const batches = Math.floor(windows / size);
  const shown = Math.min(batches, count);
  return {
    async *[Symbol.asyncIterator](): AsyncGenerator<TextBatch> {
      for (let i = 0; i < shown; i++) {
        const first = Math.floor((i * batches) / shown) * size;
        yield windowsAt(tokens, Array.from({ length: size }, (_, j) => (first + j) * context), context); // prettier-ignore
      }
    },
  };
}
