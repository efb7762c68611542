import type * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { nadamLeaf } from './internal/nadam-leaf.ts';

/** Options of {@link scaleByNadam}. */
export interface ScaleByNadamOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root, above 0. Default: 1e-8. */
  readonly epsilon?: number;
  /** How fast the momentum rises to `beta1`, at least 0. Default: 0.004. */
  readonly momentumDecay?: number;
}

/** Options of {@link nadam}. */
export interface NadamOptions extends ScaleByNadamOptions {
  /** Step size: at least 0, or a schedule. Default: 2e-3. */
  readonly learningRate?: number | Schedule;
}

/** State of {@link scaleByNadam}. */
export type ScaleByNadamState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
  /** Running mean of their squares, of the parameters' structure. */
  readonly secondMoment: Tree;
  /** Product of all momenta until now, a scalar for each parameter. */
  readonly product: Tree;
};

/**
 * Adam with Nesterov's look ahead: `mu_t = beta1 (1 - 0.96^(t momentumDecay) / 2)`, `p_t = mu_1 ... mu_t`,
 * `u = ((1 - mu_t) g / (1 - p_t) + mu_(t+1) m / (1 - p_(t+1))) / (sqrt(v / (1 - beta2^t)) + epsilon)`, m and v as in {@link scaleByAdam}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByNadam({ beta1: 0 });
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 1 }
 * @see Dozat, "Incorporating Nesterov momentum into Adam", 2016; torch.optim.NAdam, of which 1.13 with foreach=False has a wrong p_(t+1)
 */
export function scaleByNadam(options: ScaleByNadamOptions = {}): Transform<ScaleByNadamState> {
  return nadamLeaf(options);
}

/**
 * NAdam: `params = params - learningRate * u` with the u of {@link scaleByNadam}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = nadam({ learningRate: 0.5, beta1: 0 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.5 }
 * @see Dozat, "Incorporating Nesterov momentum into Adam", 2016; torch.optim.NAdam
 */
export function nadam({ learningRate = 2e-3, ...rest }: NadamOptions = {}): Transform<ScaleByNadamState> {
  return nadamLeaf(rest, { name: 'nadam', learningRate });
}
