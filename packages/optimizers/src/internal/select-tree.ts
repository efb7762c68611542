import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Tree } from '@kumiko/core';

/** One of two trees of the same structure, as a scalar says; NaNs of the other do not pass. */
export function selectTree<T extends Tree>(condition: tf.Tensor, yes: T, no: Tree): T {
  return mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((a, b) => tf.where(condition, a, b), yes, no) as T;
}
