import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree, type TreeOf } from '@kumiko/core';
import { checkOption, nonNegative } from './internal/check-option.ts';
import { maskOf } from './internal/mask-of.ts';

/** Which parameters a transform touches: a tree of booleans of their structure, or a function of a parameter's path and value. */
export type ParameterMask = TreeOf<boolean> | ((name: string, param: tf.Tensor) => boolean);

/** Options of {@link addDecayedWeights}. */
export interface AddDecayedWeightsOptions {
  /** Which parameters decay. Default: all. */
  readonly mask?: ParameterMask;
}

/**
 * Weight decay: `u = u + weightDecay * param`. Before an optimizer's scaling it is an L2 penalty; behind it, as in {@link adamw},
 * the decay is decoupled from the gradient. Has no state.
 *
 * @param weightDecay at least 0
 * @param options `mask`
 * @throws KumikoError when `weightDecay` is out of range, or the mask's structure is not the parameters'
 * @example
 * const transform = addDecayedWeights(0.1, { mask: (name) => name.endsWith('kernel') });
 * const params = { kernel: tf.scalar(2), bias: tf.scalar(2) };
 * transform.update({ kernel: tf.scalar(1), bias: tf.scalar(1) }, {}, params)[0]; // { kernel: 1.2, bias: 1 }
 * @see Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019; optax.add_decayed_weights
 */
export function addDecayedWeights(weightDecay: number, { mask }: AddDecayedWeightsOptions = {}): Transform<Tree> {
  checkOption('addDecayedWeights', 'weightDecay', weightDecay, nonNegative, 0.01);
  return {
    name: 'addDecayedWeights',
    init(params) {
      maskOf(mask, params);
      return {};
    },
    update(grads, state, params) {
      const updates = mapTree<tf.Tensor, tf.Tensor, tf.Tensor, boolean>(
        (grad, param, decays) => (decays ? tf.add(grad, tf.mul(param, weightDecay)) : tf.clone(grad)),
        grads,
        params,
        maskOf(mask, params),
      );
      return [updates, state];
    },
  };
}
