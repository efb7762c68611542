import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { checkOption, decayRange, positive } from './internal/check-option.ts';
import { leafTransform, type Descent } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';

/** Options of {@link scaleByAdopt}. */
export interface ScaleByAdoptOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default: 0.9999. */
  readonly beta2?: number;
  /** Smallest divisor, above 0. Default: 1e-6. */
  readonly epsilon?: number;
}

/** Options of {@link adopt}. */
export interface AdoptOptions extends ScaleByAdoptOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-3. */
  readonly learningRate?: number | Schedule;
}

/** State of {@link scaleByAdopt}. */
export type ScaleByAdoptState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the normalised gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
  /** Running mean of their squares, of the parameters' structure. */
  readonly secondMoment: Tree;
};

/**
 * Adam that divides by the mean of the squares before, and then averages:
 * `c = g / max(sqrt(v), epsilon)` clipped to `+-(t - 1)^(1/4)`, `m = beta1 m + (1 - beta1) c`, `u = m`, `v = beta2 v + (1 - beta2) g^2`.
 * The first step sets `v = g^2` and moves nothing.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByAdopt();
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 0 }
 * @see Taniguchi et al., "ADOPT: modified Adam can converge with any beta2 with the optimal rate", NeurIPS 2024, algorithm 2 with the clipping of its section 4
 */
export function scaleByAdopt(options: ScaleByAdoptOptions = {}): Transform<ScaleByAdoptState> {
  return adoptLeaf(options);
}

/** The rule alone, or down its direction. */
function adoptLeaf<S extends Tree>(options: ScaleByAdoptOptions, descent?: Descent): Transform<S> {
  const { beta1 = 0.9, beta2 = 0.9999, epsilon = 1e-6 } = options;
  checkOption('scaleByAdopt', 'beta1', beta1, decayRange, 0.9);
  checkOption('scaleByAdopt', 'beta2', beta2, decayRange, 0.9999);
  checkOption('scaleByAdopt', 'epsilon', epsilon, positive, 1e-6);
  return leafTransform(
    {
      name: 'scaleByAdopt',
      slots: { firstMoment: tf.zerosLike, secondMoment: tf.zerosLike },
      shared: (step) => ({ first: tf.equal(step, 1), limit: tf.pow(tf.sub(step, 1), 0.25) }),
      rule({ grad }, slots, { first, limit }) {
        const square = tf.square(grad);
        const normal = tf.div(grad, tf.maximum(tf.sqrt(slots.secondMoment), epsilon));
        const clipped = tf.maximum(tf.minimum(normal, limit), tf.neg(limit));
        const moved = runningMean(beta1, slots.firstMoment, clipped);
        const firstMoment = tf.where(first, slots.firstMoment, moved);
        const secondMoment = tf.where(first, square, runningMean(beta2, slots.secondMoment, square));
        return [tf.clone(firstMoment), { firstMoment, secondMoment }];
      },
    },
    descent,
  );
}

/**
 * ADOPT: `params = params - learningRate * u` with the u of {@link scaleByAdopt}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = adopt({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: 0 }
 * @see Taniguchi et al., "ADOPT: modified Adam can converge with any beta2 with the optimal rate", NeurIPS 2024, algorithm 2 with the clipping of its section 4
 */
export function adopt({ learningRate = 1e-3, ...rest }: AdoptOptions = {}): Transform<ScaleByAdoptState> {
  return adoptLeaf(rest, { name: 'adopt', learningRate });
}
