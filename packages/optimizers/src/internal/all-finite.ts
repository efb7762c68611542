import * as tf from '@tensorflow/tfjs-core';
import { leaves, type Tree } from '@kumiko/core';

/** Whether every number of a tree is finite, a boolean scalar. */
export function allFinite(tree: Tree): tf.Scalar {
  return leaves<tf.Tensor>(tree).reduce<tf.Scalar>((all, leaf) => tf.logicalAnd(all, tf.all(tf.isFinite(leaf))), tf.scalar(true));
}
