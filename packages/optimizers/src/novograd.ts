import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { checkOption, decayRange, nonNegative, positive } from './internal/check-option.ts';
import { leafTransform, type Descent } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';

/** Options of {@link scaleByNovograd}. */
export interface ScaleByNovogradOptions {
  /** Decay of the sum of the normalised gradients, in [0, 1). Default: 0.95. */
  readonly beta1?: number;
  /** Decay of the mean of the squared norms, in [0, 1). Default: 0.98. */
  readonly beta2?: number;
  /** Added to the root, above 0. Default: 1e-8. */
  readonly epsilon?: number;
  /** Decay per unit of learning rate, at least 0. Default: 0. */
  readonly weightDecay?: number;
}

/** Options of {@link novograd}. */
export interface NovogradOptions extends ScaleByNovogradOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-2. */
  readonly learningRate?: number | Schedule;
}

/** State of {@link scaleByNovograd}. */
export type ScaleByNovogradState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Decaying sum of the normalised gradients, of the parameters' structure. */
  readonly sum: Tree;
  /** Running mean of their squared norms, a scalar each, of the parameters' structure. */
  readonly squaredNorm: Tree;
};

/**
 * Momentum over gradients divided by a norm per tensor:
 * `v = beta2 v + (1 - beta2) |g|^2`, `m = beta1 m + g / (sqrt(v) + epsilon) + weightDecay * param`, `u = m`; the first step sets `v = |g|^2`.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByNovograd();
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 1 }
 * @see Ginsburg et al., "Stochastic gradient methods with layer-wise adaptive moments for training of deep networks", 2019, algorithm 1
 */
export function scaleByNovograd(options: ScaleByNovogradOptions = {}): Transform<ScaleByNovogradState> {
  return novogradLeaf(options);
}

/** The rule alone, or down its direction. */
function novogradLeaf<S extends Tree>(options: ScaleByNovogradOptions, descent?: Descent): Transform<S> {
  const { beta1 = 0.95, beta2 = 0.98, epsilon = 1e-8, weightDecay = 0 } = options;
  checkOption('scaleByNovograd', 'beta1', beta1, decayRange, 0.95);
  checkOption('scaleByNovograd', 'beta2', beta2, decayRange, 0.98);
  checkOption('scaleByNovograd', 'epsilon', epsilon, positive, 1e-8);
  checkOption('scaleByNovograd', 'weightDecay', weightDecay, nonNegative, 0);
  return leafTransform(
    {
      name: 'scaleByNovograd',
      slots: { sum: tf.zerosLike, squaredNorm: (): tf.Tensor => tf.scalar(0) },
      shared: (step) => tf.equal(step, 1),
      rule({ grad, param }, slots, first) {
        const square: tf.Tensor = tf.sum(tf.square(grad));
        const squaredNorm = tf.where(first, square, runningMean(beta2, slots.squaredNorm, square));
        const direction = tf.add(tf.div(grad, tf.add(tf.sqrt(squaredNorm), epsilon)), tf.mul(param, weightDecay));
        const sum = tf.add(tf.mul(slots.sum, beta1), direction);
        return [tf.clone(sum), { sum, squaredNorm }];
      },
    },
    descent,
  );
}

/**
 * NovoGrad: `params = params - learningRate * u` with the u of {@link scaleByNovograd}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = novograd({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.5 }
 * @see Ginsburg et al., "Stochastic gradient methods with layer-wise adaptive moments for training of deep networks", 2019, algorithm 1
 */
export function novograd({ learningRate = 1e-2, ...rest }: NovogradOptions = {}): Transform<ScaleByNovogradState> {
  return novogradLeaf(rest, { name: 'novograd', learningRate });
}
