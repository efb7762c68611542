import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';
import { unitAxes } from './internal/unit-axes.ts';

/**
 * Takes the mean out of the gradient of every output unit: `u_i = g_i - mean(g_i)`, over all axes but the last
 * (`[in, out]`, `[kh, kw, in, out]`). Gradients of rank 0 and 1 stay. Has no state.
 *
 * @example
 * centralize().update({ w: tf.tensor2d([[1, 2], [3, 6]]), b: tf.tensor1d([5]) }, {}, {})[0]; // { w: [[-1, -2], [1, 2]], b: [5] }
 * @see Yong et al., "Gradient centralization", ECCV 2020; optax.centralize
 */
export function centralize(): Transform<Tree> {
  return {
    name: 'centralize',
    init: () => ({}),
    update: (grads, state) => [
      mapTree<tf.Tensor, tf.Tensor>((grad) => (grad.rank < 2 ? tf.clone(grad) : tf.sub(grad, tf.mean(grad, unitAxes(grad), true))), grads),
      state,
    ],
  };
}
