import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { positionsFrom } from './internal/positions-from.ts';

/** Options of {@link rotaryEmbedding}. */
export interface RotaryEmbeddingOptions {
  /** Position of each row, int32 or float32 `[positions]`. Default: 0, 1, 2, ... */
  readonly positions?: tf.Tensor;
  /** Ratio of the slowest turn to the fastest, above 1. Default: 10000. */
  readonly base?: number;
  /** Whether features 2i and 2i + 1 turn together, as in the paper; else i and i + size / 2 do, as in Llama. Default: false. */
  readonly interleaved?: boolean;
}

/**
 * Turns pairs of features by an angle that grows with the position, so that a product of two rows depends on their distance alone:
 * `(a, b) -> (a cos t - b sin t, a sin t + b cos t)` with `t = position * base^(-2i/size)` for pair i.
 *
 * @param x float32 `[...,positions,size]`, size even: queries or keys
 * @param options `positions`, `base`, `interleaved`
 * @returns float32, the shape of x
 * @throws KumikoError when the shape does not fit or `base` is out of range
 * @example
 * // Position 0 stays, position 1 turns by 1 radian.
 * rotaryEmbedding(tf.tensor2d([[1, 0], [1, 0]])); // [[1, 0], [0.5403023, 0.841471]]
 * @see Su et al., "RoFormer: enhanced transformer with rotary position embedding", 2021
 */
export function rotaryEmbedding(x: tf.Tensor, options: RotaryEmbeddingOptions = {}): tf.Tensor {
  const { base = 10000, interleaved = false } = options;
  const [count, size] = x.shape.slice(-2) as [number, number];
  check(
    x.rank >= 2 && size % 2 === 0,
    'rotaryEmbedding',
    () => `expected x [...,positions,an even size], got ${formatShape(x.shape)}. Give heads an even size.`,
  );
  check(base > 1 && Number.isFinite(base), 'rotaryEmbedding', () => `expected base > 1, got ${base}. Pass for example 10000.`);
  const { positions = positionsFrom(count) } = options;
  check(
    positions.rank === 1 && positions.size === count,
    'rotaryEmbedding',
    () => `expected positions [${count}], got ${formatShape(positions.shape)}. Pass one for each row.`,
  );
  const half = size / 2;
  const rates = tf.tensor1d(Array.from({ length: half }, (_, i) => base ** ((-2 * i) / size)));
  const angles = tf.mul(tf.expandDims(tf.cast(positions, 'float32'), 1), rates);
  // Pairs side by side are columns of [...,half,2], pairs half apart are rows of [...,2,half].
  const axis = interleaved ? x.rank : x.rank - 1;
  const pairs = tf.reshape(x, [...x.shape.slice(0, -1), ...(interleaved ? [half, 2] : [2, half])]);
  const [a, b] = tf.unstack(pairs, axis) as [tf.Tensor, tf.Tensor];
  const [cos, sin] = [tf.cos(angles), tf.sin(angles)];
  const turned = tf.stack([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(a, sin), tf.mul(b, cos))], axis);
  return tf.reshape(turned, x.shape);
}
