import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Transform, type Tree } from '@kumiko/core';
import { checkOption, decayRange } from './internal/check-option.ts';

/** Options of {@link trace}. */
export interface TraceOptions {
  /** Whether to look one step ahead: `u = g + decay * t'`. Default: false. */
  readonly nesterov?: boolean;
}

/** State of {@link trace}. */
export type TraceState = {
  /** The decaying sum of the gradients, of the parameters' structure. */
  readonly trace: Tree;
};

/**
 * Momentum as a decaying sum: `t' = g + decay * t`, `u = t'`.
 *
 * @param decay in [0, 1): the momentum, usually 0.9
 * @param options `nesterov`
 * @throws KumikoError when `decay` is out of range
 * @example
 * const transform = trace(0.5);
 * const [, state] = transform.update({ w: tf.scalar(2) }, transform.init({ w: tf.scalar(0) }), {});
 * transform.update({ w: tf.scalar(2) }, state, {})[0]; // { w: 3 }
 * @see Sutskever et al., "On the importance of initialization and momentum", ICML 2013; optax.trace; torch.optim.SGD
 */
export function trace(decay: number, { nesterov = false }: TraceOptions = {}): Transform<TraceState> {
  checkOption('trace', 'decay', decay, decayRange, 0.9);
  const decayed = (grads: Tree, sums: Tree): Tree =>
    mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((grad, sum) => tf.add(grad, tf.mul(sum, decay)), grads, sums);
  return {
    name: 'trace',
    init: (params) => ({ trace: mapTree<tf.Tensor, tf.Tensor>((param) => tf.zerosLike(param), params) }),
    update(grads, state) {
      const next = decayed(grads, state.trace);
      return [nesterov ? decayed(grads, next) : mapTree<tf.Tensor, tf.Tensor>((sum) => tf.clone(sum), next), { trace: next }];
    },
  };
}
