import type * as tf from '@tensorflow/tfjs-core';
import { checkShapes, mapTree, type Transform, type Tree } from '@kumiko/core';

/** The transform without state that rewrites the gradient of each parameter by itself. */
export function leafRewrite(name: string, rewrite: (grad: tf.Tensor, param: tf.Tensor) => tf.Tensor): Transform<Tree> {
  return {
    name,
    init: () => ({}),
    update(grads, state, params) {
      checkShapes(name, params, grads);
      return [mapTree<tf.Tensor, tf.Tensor, tf.Tensor>(rewrite, grads, params), state];
    },
  };
}
