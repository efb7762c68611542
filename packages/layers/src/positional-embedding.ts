import * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, formatShape, type Tree } from '@kumiko/core';
import type { CachedLayer } from './cached-layer.ts';
import type { Initializer } from './initializers/initializer.ts';
import { normalValues } from './initializers/normal-values.ts';
import { checkPositiveInteger } from './internal/check-positive-integer.ts';
import { positionsFrom } from './internal/positions-from.ts';
import { singleShape } from './internal/single-shape.ts';

/** Options of {@link positionalEmbedding}. */
export interface PositionalEmbeddingOptions {
  /** How many positions there are rows for, at least 1. */
  readonly length: number;
  /** First values of the table. Default: {@link normalValues | normalValues(0.02)}. */
  readonly embeddingsInitializer?: Initializer;
  /** Name of the layer. Default: `'positionalEmbedding'`. */
  readonly name?: string;
}

/**
 * Adds a learned row to each position: `y[b,p,:] = x[b,p,:] + embeddings[p,:]`.
 *
 * Parameters: `embeddings` float32 `[length, features]`. With a cache, positions go on where the call before stopped.
 *
 * @param options `length` is required
 * @returns a layer of float32 `[batch,positions,features]`, at most `length` positions, to the same shape
 * @throws KumikoError when an option is out of range; `init` and `apply` when there are more positions than rows
 * @example
 * const layer = positionalEmbedding({ length: 16 });
 * layer.init(key(0), shapeOf([2, 10, 8])).output; // shapeOf([2, 10, 8])
 * @see Gehring et al., "Convolutional sequence to sequence learning", ICML 2017; Radford et al., GPT-2, 2019
 */
export function positionalEmbedding(options: PositionalEmbeddingOptions): CachedLayer<tf.Tensor, tf.Tensor> {
  const { length, embeddingsInitializer = normalValues(0.02), name = 'positionalEmbedding' } = options;
  checkPositiveInteger(name, 'length', length);
  const checkCount = (shape: readonly number[]): void =>
    check(
      (shape[1] as number) <= length,
      name,
      () => `expected at most ${length} positions, got ${formatShape(shape)}. Raise length or shorten the sequences.`,
    );
  return {
    name,
    init(key, input) {
      const { shape } = singleShape(name, input, ['batch', 'positions', 'features']);
      checkCount(shape);
      const embeddings = embeddingsInitializer(foldIn(key, 'embeddings'), [length, shape[2] as number]);
      return { params: { embeddings }, state: {}, output: input };
    },
    initCache: () => ({ position: tf.scalar(0, 'int32') }),
    apply({ params, state }, x, { cache }): [tf.Tensor, { state: Tree; cache?: Tree }] {
      checkCount(x.shape);
      const { embeddings } = params as unknown as { embeddings: tf.Tensor2D };
      const count = x.shape[1] as number;
      if (!cache) return [tf.add(x, tf.slice(embeddings, 0, count)), { state }];
      const { position } = cache as unknown as { position: tf.Tensor };
      const rows = tf.gather(embeddings, positionsFrom(count, position));
      return [tf.add(x, rows), { state, cache: { position: tf.add(position, tf.scalar(count, 'int32')) } }];
    },
  };
}
