import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { biasCorrection } from './internal/bias-correction.ts';
import { checkOption, decayRange, nonNegative, positive } from './internal/check-option.ts';
import { leafTransform, type Descent } from './internal/leaf-transform.ts';
import { checkLearningRate } from './internal/learning-rate.ts';
import { runningMean } from './internal/running-mean.ts';

/** Options of {@link scaleByAdan}. */
export interface ScaleByAdanOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.98. */
  readonly beta1?: number;
  /** Decay of the mean of their differences, in [0, 1). Default: 0.92. */
  readonly beta2?: number;
  /** Decay of the mean of squares, in [0, 1). Default: 0.99. */
  readonly beta3?: number;
  /** Added to the root, above 0. Default: 1e-8. */
  readonly epsilon?: number;
}

/** Options of {@link adan}. */
export interface AdanOptions extends ScaleByAdanOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-3. */
  readonly learningRate?: number | Schedule;
  /** Proximal decay per unit of learning rate, at least 0. Default: 0.02. */
  readonly weightDecay?: number;
}

/** State of {@link scaleByAdan}. */
export type ScaleByAdanState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
  /** Running mean of their differences, of the parameters' structure. */
  readonly difference: Tree;
  /** Running mean of their squares, of the parameters' structure. */
  readonly secondMoment: Tree;
  /** The gradients before, of the parameters' structure. */
  readonly before: Tree;
};

/**
 * Nesterov momentum from differences of gradients:
 * `m = beta1 m + (1 - beta1) g`, `d = beta2 d + (1 - beta2) (g - g_before)`, `n = beta3 n + (1 - beta3) (g + beta2 (g - g_before))^2`,
 * `u = (m^ + beta2 d^) / (sqrt(n^) + epsilon)`, each corrected by its `1 - beta^t`; the first difference is 0.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByAdan();
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 1 }
 * @see Xie et al., "Adan: adaptive Nesterov momentum algorithm", TPAMI 2024, algorithm 1, with decays as in its reference implementation: one minus those of the paper
 */
export function scaleByAdan(options: ScaleByAdanOptions = {}): Transform<ScaleByAdanState> {
  return adanLeaf(options);
}

/** The rule alone, or down its direction. */
function adanLeaf<S extends Tree>(options: ScaleByAdanOptions, descent?: Descent): Transform<S> {
  const { beta1 = 0.98, beta2 = 0.92, beta3 = 0.99, epsilon = 1e-8 } = options;
  checkOption('scaleByAdan', 'beta1', beta1, decayRange, 0.98);
  checkOption('scaleByAdan', 'beta2', beta2, decayRange, 0.92);
  checkOption('scaleByAdan', 'beta3', beta3, decayRange, 0.99);
  checkOption('scaleByAdan', 'epsilon', epsilon, positive, 1e-8);
  return leafTransform(
    {
      name: 'scaleByAdan',
      slots: { firstMoment: tf.zerosLike, difference: tf.zerosLike, secondMoment: tf.zerosLike, before: tf.zerosLike },
      shared: (step) => ({
        correction1: biasCorrection(beta1, step),
        correction2: biasCorrection(beta2, step),
        correction3: biasCorrection(beta3, step),
        // 0 at the first step, which has no gradient before it.
        first: tf.minimum(tf.sub(step, 1), 1),
      }),
      rule({ grad }, slots, { correction1, correction2, correction3, first }) {
        const change = tf.mul(tf.sub(grad, slots.before), first);
        const firstMoment = runningMean(beta1, slots.firstMoment, grad);
        const difference = runningMean(beta2, slots.difference, change);
        const secondMoment = runningMean(beta3, slots.secondMoment, tf.square(tf.add(grad, tf.mul(change, beta2))));
        const direction = tf.add(tf.mul(firstMoment, correction1), tf.mul(tf.mul(difference, correction2), beta2));
        const root = tf.add(tf.sqrt(tf.mul(secondMoment, correction3)), epsilon);
        return [tf.div(direction, root), { firstMoment, difference, secondMoment, before: tf.clone(grad) }];
      },
    },
    descent,
  );
}

/**
 * Adan with proximal weight decay: `params = (params - learningRate * u) / (1 + learningRate * weightDecay)` with the u of {@link scaleByAdan}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = adan({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.50495 }
 * @see Xie et al., "Adan: adaptive Nesterov momentum algorithm", TPAMI 2024, algorithm 1, with decays as in its reference implementation: one minus those of the paper
 */
export function adan({ learningRate = 1e-3, weightDecay = 0.02, ...rest }: AdanOptions = {}): Transform<ScaleByAdanState> {
  checkLearningRate('adan', learningRate);
  checkOption('adan', 'weightDecay', weightDecay, nonNegative, 0.02);
  // (p - r u) / (1 + r d) - p = -r (u + d p) / (1 + r d)
  const proximal: number | Schedule =
    typeof learningRate === 'number'
      ? learningRate / (1 + learningRate * weightDecay)
      : (step): tf.Scalar => {
          const rate = learningRate(step);
          return tf.div(rate, tf.add(1, tf.mul(rate, weightDecay)));
        };
  return adanLeaf(rest, { name: 'adan', learningRate: proximal, weightDecay });
}
