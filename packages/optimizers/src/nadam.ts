import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import type { ChainState } from './chain.ts';
import { biasCorrection } from './internal/bias-correction.ts';
import { checkOption, decayRange, nonNegative, positive } from './internal/check-option.ts';
import { descent } from './internal/descent.ts';
import { leafTransform } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';

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
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, momentumDecay = 0.004 } = options;
  checkOption('scaleByNadam', 'beta1', beta1, decayRange, 0.9);
  checkOption('scaleByNadam', 'beta2', beta2, decayRange, 0.999);
  checkOption('scaleByNadam', 'epsilon', epsilon, positive, 1e-8);
  checkOption('scaleByNadam', 'momentumDecay', momentumDecay, nonNegative, 0.004);
  const momentumAt = (step: tf.Tensor): tf.Tensor =>
    tf.mul(beta1, tf.sub(1, tf.mul(0.5, tf.exp(tf.mul(step, momentumDecay * Math.log(0.96))))));
  return leafTransform({
    name: 'scaleByNadam',
    slots: { firstMoment: tf.zerosLike, secondMoment: tf.zerosLike, product: (): tf.Tensor => tf.scalar(1) },
    shared: (step) => ({ momentum: momentumAt(step), next: momentumAt(tf.add(step, 1)), correction: biasCorrection(beta2, step) }),
    rule({ grad }, slots, { momentum, next, correction }) {
      const firstMoment = runningMean(beta1, slots.firstMoment, grad);
      const secondMoment = runningMean(beta2, slots.secondMoment, tf.square(grad));
      const product = tf.mul(slots.product, momentum);
      const direction = tf.add(
        tf.mul(grad, tf.div(tf.sub(1, momentum), tf.sub(1, product))),
        tf.mul(firstMoment, tf.div(next, tf.sub(1, tf.mul(product, next)))),
      );
      const root = tf.add(tf.sqrt(tf.div(secondMoment, correction)), epsilon);
      return [tf.div(direction, root), { firstMoment, secondMoment, product }];
    },
  });
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
export function nadam({ learningRate = 2e-3, ...rest }: NadamOptions = {}): Transform<ChainState> {
  return descent('nadam', scaleByNadam(rest), { learningRate });
}
