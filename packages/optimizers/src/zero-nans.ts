import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';

/**
 * Puts 0 where a gradient is NaN. Infinities stay. Has no state.
 *
 * @example
 * zeroNans().update({ w: tf.tensor1d([NaN, 2]) }, {}, {})[0]; // { w: [0, 2] }
 * @see optax.zero_nans, which also keeps where there were any
 */
export function zeroNans(): Transform<Tree> {
  return {
    name: 'zeroNans',
    init: () => ({}),
    update: (grads, state) => [mapTree<tf.Tensor, tf.Tensor>((grad) => tf.where(tf.isNaN(grad), tf.zerosLike(grad), grad), grads), state],
  };
}
