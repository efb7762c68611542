import type * as tf from '@tensorflow/tfjs-core';
import type { Transform, Tree } from '@kumiko/core';
import { adamLeaf } from './internal/adam-leaf.ts';

/** Options of {@link scaleByAdam}. */
export interface ScaleByAdamOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root, above 0. Default: 1e-8. */
  readonly epsilon?: number;
}

/** State of {@link scaleByAdam}. */
export type ScaleByAdamState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
  /** Running mean of their squares, of the parameters' structure. */
  readonly secondMoment: Tree;
};

/**
 * Adam without its learning rate: `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`,
 * `u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)`, where t counts updates from 1.
 *
 * `1 - beta^t` is computed as `-expm1(t ln beta)`: the power would lose digits in float32.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByAdam();
 * const [updates] = transform.update({ w: tf.scalar(3) }, transform.init({ w: tf.scalar(0) }), { w: tf.scalar(0) });
 * updates; // { w: 1 }
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1; optax.scale_by_adam
 */
export function scaleByAdam(options: ScaleByAdamOptions = {}): Transform<ScaleByAdamState> {
  return adamLeaf(options);
}
