import * as tf from '@tensorflow/tfjs-core';
import { checkShapes, mapTree, type Transform, type Tree } from '@kumiko/core';
import { checkOption, decayRange } from './internal/check-option.ts';

/** Options of {@link trace}. */
export interface TraceOptions {
  /** Whether to look one step ahead: `u = g + decay * t'`. Default: false. */
  readonly nesterov?: boolean;
  /** Shrinks every gradient behind the first to `(1 - dampening) g` before it is summed, in [0, 1). Default: 0. */
  readonly dampening?: number;
}

/** State of {@link trace}. */
export type TraceState = {
  /** Updates so far, int32 scalar; only with dampening. */
  readonly step?: tf.Scalar;
  /** The decaying sum of the gradients, of the parameters' structure. */
  readonly trace: Tree;
};

/**
 * Momentum as a decaying sum: `t' = g + decay * t`, `u = t'`.
 *
 * @param decay in [0, 1): the momentum, usually 0.9
 * @param options `nesterov`, `dampening`
 * @throws KumikoError when `decay` or `dampening` is out of range; in a step, when gradients have not the shapes of the state
 * @example
 * const transform = trace(0.5);
 * const [, state] = transform.update({ w: tf.scalar(2) }, transform.init({ w: tf.scalar(0) }), {});
 * transform.update({ w: tf.scalar(2) }, state, {})[0]; // { w: 3 }
 * @see Sutskever et al., "On the importance of initialization and momentum", ICML 2013; optax.trace; torch.optim.SGD
 */
export function trace(decay: number, { nesterov = false, dampening = 0 }: TraceOptions = {}): Transform<TraceState> {
  checkOption('trace', 'decay', decay, decayRange, 0.9);
  checkOption('trace', 'dampening', dampening, decayRange, 0);
  const decayed = (grads: Tree, sums: Tree): Tree =>
    mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((grad, sum) => tf.add(grad, tf.mul(sum, decay)), grads, sums);
  return {
    name: 'trace',
    init: (params) => ({
      ...(dampening > 0 && { step: tf.scalar(0, 'int32') }),
      trace: mapTree<tf.Tensor, tf.Tensor>((param) => tf.zerosLike(param), params),
    }),
    update(grads, { step, trace: sums }) {
      checkShapes('trace', sums, grads);
      const weight = step && tf.where(tf.equal(step, 0), 1, tf.scalar(1 - dampening));
      const damped = weight ? mapTree<tf.Tensor, tf.Tensor>((grad) => tf.mul(grad, weight), grads) : grads;
      const next = decayed(damped, sums);
      const updates = nesterov ? decayed(grads, next) : mapTree<tf.Tensor, tf.Tensor>((sum) => tf.clone(sum), next);
      return [updates, { ...(step && { step: tf.add(step, tf.scalar(1, 'int32')) }), trace: next }];
    },
  };
}
