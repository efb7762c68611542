import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { biasCorrection } from './internal/bias-correction.ts';
import { checkOption, decayRange, positive } from './internal/check-option.ts';
import { leafTransform, type Descent } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';

/** Options of {@link scaleByAdamax}. */
export interface ScaleByAdamaxOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the maximum, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Added to the gradient's size, above 0. Default: 1e-8. */
  readonly epsilon?: number;
}

/** Options of {@link adamax}. */
export interface AdamaxOptions extends ScaleByAdamaxOptions {
  /** Step size: at least 0, or a schedule. Default: 2e-3. */
  readonly learningRate?: number | Schedule;
}

/** State of {@link scaleByAdamax}. */
export type ScaleByAdamaxState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
  /** Decaying maximum of their sizes, of the parameters' structure. */
  readonly norm: Tree;
};

/**
 * Adam with a maximum in place of the root mean square:
 * `n = max(beta2 n, |g| + epsilon)`, `u = (m / (1 - beta1^t)) / n`, m as in {@link scaleByAdam}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByAdamax();
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 1 }
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 2; torch.optim.Adamax
 */
export function scaleByAdamax(options: ScaleByAdamaxOptions = {}): Transform<ScaleByAdamaxState> {
  return adamaxLeaf(options);
}

/** The rule alone, or down its direction. */
function adamaxLeaf<S extends Tree>(options: ScaleByAdamaxOptions, descent?: Descent): Transform<S> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkOption('scaleByAdamax', 'beta1', beta1, decayRange, 0.9);
  checkOption('scaleByAdamax', 'beta2', beta2, decayRange, 0.999);
  checkOption('scaleByAdamax', 'epsilon', epsilon, positive, 1e-8);
  return leafTransform(
    {
      name: 'scaleByAdamax',
      slots: { firstMoment: tf.zerosLike, norm: tf.zerosLike },
      shared: (step) => biasCorrection(beta1, step),
      rule({ grad }, slots, correction) {
        const firstMoment = runningMean(beta1, slots.firstMoment, grad);
        const norm = tf.maximum(tf.mul(slots.norm, beta2), tf.add(tf.abs(grad), epsilon));
        return [tf.div(tf.mul(firstMoment, correction), norm), { firstMoment, norm }];
      },
    },
    descent,
  );
}

/**
 * AdaMax: `params = params - learningRate * u` with the u of {@link scaleByAdamax}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = adamax({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.5 }
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 2; torch.optim.Adamax
 */
export function adamax({ learningRate = 2e-3, ...rest }: AdamaxOptions = {}): Transform<ScaleByAdamaxState> {
  return adamaxLeaf(rest, { name: 'adamax', learningRate });
}
