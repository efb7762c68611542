import * as tf from '@tensorflow/tfjs-core';
import { leaves, type Tree } from '@kumiko/core';

/**
 * The Euclidean norm of all numbers of a tree: `sqrt(sum over leaves of sum(x^2))`. Infinite where the squares overflow float32
 * (numbers beyond 1.8e19). 0 for an empty tree.
 *
 * @param tree float32 leaves
 * @returns a float32 scalar
 * @example
 * globalNorm({ a: tf.tensor1d([3, 4]), b: tf.scalar(12) }); // 13
 */
export function globalNorm(tree: Tree): tf.Scalar {
  const squares = leaves<tf.Tensor>(tree).map((leaf): tf.Scalar => tf.sum(tf.square(leaf)));
  return squares.length === 0 ? tf.scalar(0) : tf.sqrt(tf.addN(squares));
}
