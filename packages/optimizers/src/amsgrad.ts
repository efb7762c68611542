import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { biasCorrection } from './internal/bias-correction.ts';
import { checkOption, decayRange, positive } from './internal/check-option.ts';
import { leafTransform, type Descent } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';

/** Options of {@link scaleByAmsgrad}. */
export interface ScaleByAmsgradOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root, above 0. Default: 1e-8. */
  readonly epsilon?: number;
}

/** Options of {@link amsgrad}. */
export interface AmsgradOptions extends ScaleByAmsgradOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-3. */
  readonly learningRate?: number | Schedule;
}

/** State of {@link scaleByAmsgrad}. */
export type ScaleByAmsgradState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
  /** Running mean of their squares, of the parameters' structure. */
  readonly secondMoment: Tree;
  /** Largest of the means of squares until now, of the parameters' structure. */
  readonly maximum: Tree;
};

/**
 * Adam whose divisor never falls:
 * `u = (m / (1 - beta1^t)) / (sqrt(max over steps of v / (1 - beta2^t)) + epsilon)`, m and v as in {@link scaleByAdam}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByAmsgrad();
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 1 }
 * @see Reddi et al., "On the convergence of Adam and beyond", ICLR 2018; torch.optim.Adam with amsgrad, whose maximum is taken before the bias correction, as here
 */
export function scaleByAmsgrad(options: ScaleByAmsgradOptions = {}): Transform<ScaleByAmsgradState> {
  return amsgradLeaf(options);
}

/** The rule alone, or down its direction. */
function amsgradLeaf<S extends Tree>(options: ScaleByAmsgradOptions, descent?: Descent): Transform<S> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkOption('scaleByAmsgrad', 'beta1', beta1, decayRange, 0.9);
  checkOption('scaleByAmsgrad', 'beta2', beta2, decayRange, 0.999);
  checkOption('scaleByAmsgrad', 'epsilon', epsilon, positive, 1e-8);
  return leafTransform(
    {
      name: 'scaleByAmsgrad',
      slots: { firstMoment: tf.zerosLike, secondMoment: tf.zerosLike, maximum: tf.zerosLike },
      shared: (step) => [biasCorrection(beta1, step), biasCorrection(beta2, step)] as const,
      rule({ grad }, slots, [correction1, correction2]) {
        const firstMoment = runningMean(beta1, slots.firstMoment, grad);
        const secondMoment = runningMean(beta2, slots.secondMoment, tf.square(grad));
        const maximum = tf.maximum(slots.maximum, secondMoment);
        const root = tf.add(tf.sqrt(tf.mul(maximum, correction2)), epsilon);
        return [tf.div(tf.mul(firstMoment, correction1), root), { firstMoment, secondMoment, maximum }];
      },
    },
    descent,
  );
}

/**
 * AMSGrad: `params = params - learningRate * u` with the u of {@link scaleByAmsgrad}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = amsgrad({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.5 }
 * @see Reddi et al., "On the convergence of Adam and beyond", ICLR 2018; torch.optim.Adam with amsgrad, whose maximum is taken before the bias correction, as here
 */
export function amsgrad({ learningRate = 1e-3, ...rest }: AmsgradOptions = {}): Transform<ScaleByAmsgradState> {
  return amsgradLeaf(rest, { name: 'amsgrad', learningRate });
}
