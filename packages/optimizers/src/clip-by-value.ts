import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';
import { checkOption, positive } from './internal/check-option.ts';

/**
 * Cuts every number of the gradients off: `u = min(max(g, -maximum), maximum)`. Has no state.
 *
 * @param maximum above 0
 * @throws KumikoError when `maximum` is out of range
 * @example
 * clipByValue(1).update({ w: tf.tensor1d([-3, 0.5]) }, {}, {})[0]; // { w: [-1, 0.5] }
 * @see torch.nn.utils.clip_grad_value_; optax.clip
 */
export function clipByValue(maximum: number): Transform<Tree> {
  checkOption('clipByValue', 'maximum', maximum, positive, 1);
  return {
    name: 'clipByValue',
    init: () => ({}),
    update: (grads, state) => [mapTree<tf.Tensor, tf.Tensor>((grad) => tf.clipByValue(grad, -maximum, maximum), grads), state],
  };
}
