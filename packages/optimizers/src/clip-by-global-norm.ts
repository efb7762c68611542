import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';
import { globalNorm } from './global-norm.ts';
import { checkOption, positive } from './internal/check-option.ts';

/**
 * Shrinks all gradients by one factor so that their {@link globalNorm} is at most `maxNorm`:
 * `u = g * maxNorm / max(norm, maxNorm)`. Directions stay. Has no state.
 *
 * PyTorch's `clip_grad_norm_` divides by `norm + 1e-6` instead.
 *
 * @param maxNorm above 0
 * @throws KumikoError when `maxNorm` is out of range
 * @example
 * clipByGlobalNorm(1).update({ a: tf.scalar(3), b: tf.scalar(4) }, {}, {})[0]; // { a: 0.6, b: 0.8 }
 * @see Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013; optax.clip_by_global_norm
 */
export function clipByGlobalNorm(maxNorm: number): Transform<Tree> {
  checkOption('clipByGlobalNorm', 'maxNorm', maxNorm, positive, 1);
  return {
    name: 'clipByGlobalNorm',
    init: () => ({}),
    update(grads, state) {
      const factor = tf.div(maxNorm, tf.maximum(globalNorm(grads), maxNorm));
      return [mapTree<tf.Tensor, tf.Tensor>((grad) => tf.mul(grad, factor), grads), state];
    },
  };
}
