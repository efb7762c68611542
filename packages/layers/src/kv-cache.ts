import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { checkPositiveInteger } from './internal/check-positive-integer.ts';

/** The keys and values of a sequence so far. The buffers have room for all positions from the start, so that shapes never change. */
export type KvCache = {
  /** float32 `[batch,heads,length,size]`, zeros from `position` on. */
  readonly key: tf.Tensor4D;
  /** float32 `[batch,heads,length,valueSize]`. */
  readonly value: tf.Tensor4D;
  /** How many positions are filled: int32 scalar. */
  readonly position: tf.Scalar;
};

/** Options of {@link kvCache}. */
export interface KvCacheOptions {
  /** Sequences side by side, at least 1. */
  readonly batch: number;
  /** Heads of keys, at least 1. */
  readonly heads: number;
  /** Positions that there is room for, at least 1. */
  readonly length: number;
  /** Length of a key, at least 1. */
  readonly size: number;
  /** Length of a value, at least 1. Default: `size`. */
  readonly valueSize?: number;
}

/**
 * An empty cache of attention's keys and values.
 *
 * @param options all but `valueSize` are required
 * @throws KumikoError when an option is out of range
 * @example
 * kvCache({ batch: 1, heads: 4, length: 64, size: 32 }).key.shape; // [1, 4, 64, 32]
 * @see Shazeer, "Fast transformer decoding", 2019
 */
export function kvCache({ batch, heads, length, size, valueSize = size }: KvCacheOptions): KvCache {
  for (const [option, value] of Object.entries({ batch, heads, length, size, valueSize })) checkPositiveInteger('kvCache', option, value);
  return {
    key: tf.zeros([batch, heads, length, size]),
    value: tf.zeros([batch, heads, length, valueSize]),
    position: tf.scalar(0, 'int32'),
  };
}

/**
 * The cache after more positions. What does not fit is dropped; in tfjs' debug mode it is refused.
 *
 * @param cache stays as it is
 * @param key float32 `[batch,heads,positions,size]`
 * @param value float32 `[batch,heads,positions,valueSize]`
 * @throws KumikoError in debug mode when the cache is full
 * @example
 * const cache = kvCache({ batch: 1, heads: 1, length: 3, size: 1 });
 * const next = appendToKvCache(cache, tf.tensor4d([[[[7]]]]), tf.tensor4d([[[[8]]]]));
 * next.key; // [[[[7], [0], [0]]]]
 * next.position; // 1
 */
export function appendToKvCache(cache: KvCache, key: tf.Tensor4D, value: tf.Tensor4D): KvCache {
  const [length, count] = [cache.key.shape[2], key.shape[2]];
  if (tf.env().getBool('DEBUG')) {
    const filled = cache.position.dataSync()[0] as number;
    check(
      filled + count <= length,
      'appendToKvCache',
      () => `expected room for ${count} positions, got ${filled} of ${length} filled. Make a longer cache.`,
    );
  }
  // Which of the new rows each position takes, if any.
  const source = tf.sub(tf.range(0, length, 1, 'int32'), cache.position);
  const isNew = tf.reshape(tf.logicalAnd(tf.greaterEqual(source, 0), tf.less(source, count)), [length, 1]);
  const row = tf.minimum(tf.maximum(source, tf.scalar(0, 'int32')), tf.scalar(count - 1, 'int32'));
  const write = (old: tf.Tensor4D, fresh: tf.Tensor4D): tf.Tensor4D => tf.where(isNew, tf.gather(fresh, row, 2), old);
  return {
    key: write(cache.key, key),
    value: write(cache.value, value),
    position: tf.add(cache.position, tf.scalar(count, 'int32')),
  };
}
