import * as tf from '@tensorflow/tfjs-core';
import { checkShapes, mapTree, type Tree } from '@kumiko/core';

/**
 * The parameters after a step: `params + updates`, leaf by leaf. Disposes nothing.
 *
 * @param params float32 leaves
 * @param updates what an optimizer's `update` returned, of the same structure
 * @throws KumikoError when structures or shapes differ
 * @example
 * applyUpdates({ w: tf.tensor1d([1, 2]) }, { w: tf.tensor1d([-0.5, 1]) }); // { w: [0.5, 3] }
 */
export function applyUpdates<T extends Tree>(params: T, updates: Tree): T {
  checkShapes('applyUpdates', params, updates);
  return mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((param, update) => tf.add(param, update), params, updates) as T;
}
