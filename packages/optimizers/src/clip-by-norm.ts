import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';
import { checkOption, positive } from './internal/check-option.ts';

/**
 * Shrinks the gradient of each parameter on its own so that its norm is at most `maxNorm`: `u = g * maxNorm / max(|g|, maxNorm)`.
 * Has no state.
 *
 * @param maxNorm above 0
 * @throws KumikoError when `maxNorm` is out of range
 * @example
 * clipByNorm(5).update({ a: tf.tensor1d([6, 8]), b: tf.scalar(4) }, {}, {})[0]; // { a: [3, 4], b: 4 }
 * @see tf.clip_by_norm; optax.clip_by_block_rms clips root mean squares instead
 */
export function clipByNorm(maxNorm: number): Transform<Tree> {
  checkOption('clipByNorm', 'maxNorm', maxNorm, positive, 1);
  return {
    name: 'clipByNorm',
    init: () => ({}),
    update: (grads, state) => [
      mapTree<tf.Tensor, tf.Tensor>((grad) => tf.mul(grad, tf.div(maxNorm, tf.maximum(tf.norm(grad), maxNorm))), grads),
      state,
    ],
  };
}
