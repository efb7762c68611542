import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { biasCorrection } from './internal/bias-correction.ts';
import { checkOption, decayRange, nonNegative, positive } from './internal/check-option.ts';
import { leafTransform, type Descent } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';

/** Options of {@link scaleByYogi}. */
export interface ScaleByYogiOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root, above 0. Default: 1e-3. */
  readonly epsilon?: number;
  /** First mean of the squares, at least 0. Default: 1e-6. */
  readonly initialSecondMoment?: number;
}

/** Options of {@link yogi}. */
export interface YogiOptions extends ScaleByYogiOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-2. */
  readonly learningRate?: number | Schedule;
}

/** State of {@link scaleByYogi}. */
export type ScaleByYogiState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
  /** Running mean of their squares, of the parameters' structure. */
  readonly secondMoment: Tree;
};

/**
 * Adam whose divisor changes by no more than the square of the gradient:
 * `v = v - (1 - beta2) sign(v - g^2) g^2`, `u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)`, m as in {@link scaleByAdam}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByYogi();
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 0.999375 }
 * @see Zaheer et al., "Adaptive methods for nonconvex optimization", NeurIPS 2018, algorithm 2; the bias corrections are those of its implementations
 */
export function scaleByYogi(options: ScaleByYogiOptions = {}): Transform<ScaleByYogiState> {
  return yogiLeaf(options);
}

/** The rule alone, or down its direction. */
function yogiLeaf<S extends Tree>(options: ScaleByYogiOptions, descent?: Descent): Transform<S> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-3, initialSecondMoment = 1e-6 } = options;
  checkOption('scaleByYogi', 'beta1', beta1, decayRange, 0.9);
  checkOption('scaleByYogi', 'beta2', beta2, decayRange, 0.999);
  checkOption('scaleByYogi', 'epsilon', epsilon, positive, 1e-3);
  checkOption('scaleByYogi', 'initialSecondMoment', initialSecondMoment, nonNegative, 1e-6);
  return leafTransform(
    {
      name: 'scaleByYogi',
      slots: { firstMoment: tf.zerosLike, secondMoment: (param) => tf.fill(param.shape, initialSecondMoment) },
      shared: (step) => [biasCorrection(beta1, step), biasCorrection(beta2, step)] as const,
      rule({ grad }, slots, [correction1, correction2]) {
        const firstMoment = runningMean(beta1, slots.firstMoment, grad);
        const square = tf.square(grad);
        const change = tf.mul(tf.mul(tf.sign(tf.sub(slots.secondMoment, square)), square), 1 - beta2);
        const secondMoment = tf.sub(slots.secondMoment, change);
        const root = tf.add(tf.sqrt(tf.mul(secondMoment, correction2)), epsilon);
        return [tf.div(tf.mul(firstMoment, correction1), root), { firstMoment, secondMoment }];
      },
    },
    descent,
  );
}

/**
 * Yogi: `params = params - learningRate * u` with the u of {@link scaleByYogi}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = yogi({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.499688 }
 * @see Zaheer et al., "Adaptive methods for nonconvex optimization", NeurIPS 2018, algorithm 2; the bias corrections are those of its implementations
 */
export function yogi({ learningRate = 1e-2, ...rest }: YogiOptions = {}): Transform<ScaleByYogiState> {
  return yogiLeaf(rest, { name: 'yogi', learningRate });
}
