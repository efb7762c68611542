import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';

/**
 * Updates of 0: what it gets stays as it is. For the frozen parameters of {@link partition}. Has no state.
 *
 * @example
 * setToZero().update({ w: tf.tensor1d([NaN, 2]) }, {}, {})[0]; // { w: [0, 0] }
 * @see optax.set_to_zero
 */
export function setToZero(): Transform<Tree> {
  return {
    name: 'setToZero',
    init: () => ({}),
    update: (grads, state) => [mapTree<tf.Tensor, tf.Tensor>((grad) => tf.zerosLike(grad), grads), state],
  };
}
