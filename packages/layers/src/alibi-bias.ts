import * as tf from '@tensorflow/tfjs-core';
import { checkPositiveInteger } from './internal/check-positive-integer.ts';

/** How steeply each head's scores fall with the distance; a head more than a power of two takes every other slope of the next power. */
function slopes(numHeads: number): number[] {
  const power = 2 ** Math.floor(Math.log2(numHeads));
  const regular = Array.from({ length: power }, (_, i) => 2 ** ((-8 * (i + 1)) / power));
  return power === numHeads
    ? regular
    : [...regular, ...Array.from({ length: numHeads - power }, (_, i) => 2 ** ((-4 * (2 * i + 1)) / power))];
}

/**
 * Attention with linear biases: `bias[h,i,j] = -slope[h] * |queries[i] - keys[j]|`, added to the scores instead of any encoding of positions.
 * For a number of heads that is a power of two, head h from 0 has `slope = 2^(-8(h + 1)/numHeads)`.
 *
 * @param numHeads at least 1
 * @param queries positions of the queries, int32 or float32 `[queries]`
 * @param keys positions of the keys, `[keys]`
 * @returns float32 `[numHeads,queries,keys]`
 * @throws KumikoError when `numHeads` is out of range
 * @example
 * alibiBias(8, tf.tensor1d([2]), tf.tensor1d([0, 1, 2])); // head 0 is [[-1, -0.5, 0]], the last [[-2 / 256, -1 / 256, 0]]
 * @see Press et al., "Train short, test long: attention with linear biases", ICLR 2022
 */
export function alibiBias(numHeads: number, queries: tf.Tensor, keys: tf.Tensor): tf.Tensor3D {
  checkPositiveInteger('alibiBias', 'numHeads', numHeads);
  const distance = tf.abs(tf.sub(tf.expandDims(tf.cast(queries, 'float32'), 1), tf.cast(keys, 'float32')));
  return tf.mul(
    distance,
    tf.tensor3d(
      slopes(numHeads).map((slope) => -slope),
      [numHeads, 1, 1],
    ),
  );
}
