import * as tf from '@tensorflow/tfjs-core';
import { check, type Tree } from '@kumiko/core';
import type { CachedLayer } from './cached-layer.ts';
import { positionsFrom } from './internal/positions-from.ts';
import { singleShape } from './internal/single-shape.ts';

/** Options of {@link positionalEncoding}. */
export interface PositionalEncodingOptions {
  /** Ratio of the slowest wave to the fastest, above 1. Default: 10000. */
  readonly base?: number;
  /** Name of the layer. Default: `'positionalEncoding'`. */
  readonly name?: string;
}

/**
 * Adds waves that tell positions apart: `y[b,p,2i] = x[b,p,2i] + sin(p / base^(2i/features))` and
 * `y[b,p,2i+1] = x[b,p,2i+1] + cos(p / base^(2i/features))`. No parameters.
 *
 * With a cache, positions go on where the call before stopped.
 *
 * @param options all optional
 * @returns a layer of float32 `[batch,positions,features]` to the same shape
 * @throws KumikoError when `base` is out of range, or features are odd in number
 * @example
 * const [y] = positionalEncoding().apply({ params: {}, state: {} }, tf.zeros([1, 1, 4]), { training: false });
 * y; // [[[0, 1, 0, 1]]]
 * @see Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.5
 */
export function positionalEncoding(options: PositionalEncodingOptions = {}): CachedLayer<tf.Tensor, tf.Tensor> {
  const { base = 10000, name = 'positionalEncoding' } = options;
  check(base > 1 && Number.isFinite(base), name, () => `expected base > 1, got ${base}. Pass for example 10000.`);
  const axes = ['batch', 'positions', 'features'];
  return {
    name,
    init(_key, input) {
      const { shape } = singleShape(name, input, axes);
      const features = shape[2] as number;
      check(features % 2 === 0, name, () => `expected an even number of features, got ${features}. Each wave needs two.`);
      return { params: {}, state: {}, output: input };
    },
    initCache: () => ({ position: tf.scalar(0, 'int32') }),
    apply({ state }, x, { cache }): [tf.Tensor, { state: Tree; cache?: Tree }] {
      const [, count, features] = x.shape as [number, number, number];
      const first = (cache as { position: tf.Tensor } | undefined)?.position;
      const positions = tf.cast(positionsFrom(count, first), 'float32');
      const rates = Array.from({ length: features / 2 }, (_, i) => base ** ((-2 * i) / features));
      const angles = tf.mul(tf.expandDims(positions, 1), tf.tensor1d(rates));
      const waves = tf.reshape(tf.stack([tf.sin(angles), tf.cos(angles)], -1), [count, features]);
      return [tf.add(x, waves), { state, ...(first && { cache: { position: tf.add(first, tf.scalar(count, 'int32')) } }) }];
    },
  };
}
