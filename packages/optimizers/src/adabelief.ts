import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { biasCorrection } from './internal/bias-correction.ts';
import { checkOption, decayRange, positive } from './internal/check-option.ts';
import { leafTransform, type Descent } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';

/** Options of {@link scaleByAdabelief}. */
export interface ScaleByAdabeliefOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared deviations, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Added to the squares and to the root, above 0. Default: 1e-16. */
  readonly epsilon?: number;
}

/** Options of {@link adabelief}. */
export interface AdabeliefOptions extends ScaleByAdabeliefOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-3. */
  readonly learningRate?: number | Schedule;
}

/** State of {@link scaleByAdabelief}. */
export type ScaleByAdabeliefState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
  /** Running mean of their squared distances from it, of the parameters' structure. */
  readonly deviation: Tree;
};

/**
 * Adam that divides by the deviation from its mean:
 * `s = beta2 s + (1 - beta2) (g - m)^2 + epsilon`, `u = (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)`, m as in {@link scaleByAdam}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByAdabelief();
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 1.111111 }
 * @see Zhuang et al., "AdaBelief optimizer: adapting stepsizes by the belief in observed gradients", NeurIPS 2020, algorithm 2
 */
export function scaleByAdabelief(options: ScaleByAdabeliefOptions = {}): Transform<ScaleByAdabeliefState> {
  return adabeliefLeaf(options);
}

/** The rule alone, or down its direction. */
function adabeliefLeaf<S extends Tree>(options: ScaleByAdabeliefOptions, descent?: Descent): Transform<S> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-16 } = options;
  checkOption('scaleByAdabelief', 'beta1', beta1, decayRange, 0.9);
  checkOption('scaleByAdabelief', 'beta2', beta2, decayRange, 0.999);
  checkOption('scaleByAdabelief', 'epsilon', epsilon, positive, 1e-16);
  return leafTransform(
    {
      name: 'scaleByAdabelief',
      slots: { firstMoment: tf.zerosLike, deviation: tf.zerosLike },
      shared: (step) => [biasCorrection(beta1, step), biasCorrection(beta2, step)] as const,
      rule({ grad }, slots, [correction1, correction2]) {
        const firstMoment = runningMean(beta1, slots.firstMoment, grad);
        const deviation = tf.add(runningMean(beta2, slots.deviation, tf.squaredDifference(grad, firstMoment)), epsilon);
        const root = tf.add(tf.sqrt(tf.mul(deviation, correction2)), epsilon);
        return [tf.div(tf.mul(firstMoment, correction1), root), { firstMoment, deviation }];
      },
    },
    descent,
  );
}

/**
 * AdaBelief: `params = params - learningRate * u` with the u of {@link scaleByAdabelief}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = adabelief({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.555556 }
 * @see Zhuang et al., "AdaBelief optimizer: adapting stepsizes by the belief in observed gradients", NeurIPS 2020, algorithm 2
 */
export function adabelief({ learningRate = 1e-3, ...rest }: AdabeliefOptions = {}): Transform<ScaleByAdabeliefState> {
  return adabeliefLeaf(rest, { name: 'adabelief', learningRate });
}
