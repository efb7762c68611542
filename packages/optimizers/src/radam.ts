import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { biasCorrection } from './internal/bias-correction.ts';
import { checkOption, decayRange, positive } from './internal/check-option.ts';
import { leafTransform, type Descent } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';

/** Options of {@link scaleByRadam}. */
export interface ScaleByRadamOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root, above 0. Default: 1e-8. */
  readonly epsilon?: number;
}

/** Options of {@link radam}. */
export interface RadamOptions extends ScaleByRadamOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-3. */
  readonly learningRate?: number | Schedule;
}

/** State of {@link scaleByRadam}. */
export type ScaleByRadamState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the gradients, of the parameters' structure. */
  readonly firstMoment: Tree;
  /** Running mean of their squares, of the parameters' structure. */
  readonly secondMoment: Tree;
};

/**
 * Adam that waits until it knows the variance of its divisor:
 * with `rho = 2 / (1 - beta2) - 1` and `r = rho - 2 t beta2^t / (1 - beta2^t)`: while `r <= 5`, `u = m^`; then
 * `u = m^ sqrt(((r - 4) (r - 2) rho) / ((rho - 4) (rho - 2) r)) sqrt(1 - beta2^t) / (sqrt(v) + epsilon)`; m^ and v as in {@link scaleByAdam}.
 *
 * r is computed without the difference of two large numbers, which would lose its digits in float32.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByRadam();
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 2 }
 * @see Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020, algorithm 2; torch.optim.RAdam, which has 5 where the paper has 4
 */
export function scaleByRadam(options: ScaleByRadamOptions = {}): Transform<ScaleByRadamState> {
  return radamLeaf(options);
}

/** The rule alone, or down its direction. */
function radamLeaf<S extends Tree>(options: ScaleByRadamOptions, descent?: Descent): Transform<S> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkOption('scaleByRadam', 'beta1', beta1, decayRange, 0.9);
  checkOption('scaleByRadam', 'beta2', beta2, decayRange, 0.999);
  checkOption('scaleByRadam', 'epsilon', epsilon, positive, 1e-8);
  return leafTransform(
    {
      name: 'scaleByRadam',
      slots: { firstMoment: tf.zerosLike, secondMoment: tf.zerosLike },
      shared: (step) => {
        const length = averageLength(beta2, step);
        const limit = 2 / (1 - beta2) - 1;
        const ratio = tf.div(tf.mul(tf.sub(length, 4), tf.sub(length, 2)), length);
        return {
          correction1: biasCorrection(beta1, step),
          correction2: biasCorrection(beta2, step),
          rectified: tf.greater(length, 5),
          rectification: tf.sqrt(tf.maximum(tf.mul(ratio, limit / ((limit - 4) * (limit - 2))), 0)),
        };
      },
      rule({ grad }, slots, { correction1, correction2, rectified, rectification }) {
        const firstMoment = runningMean(beta1, slots.firstMoment, grad);
        const secondMoment = runningMean(beta2, slots.secondMoment, tf.square(grad));
        const mean = tf.mul(firstMoment, correction1);
        const factor = tf.div(tf.div(rectification, tf.sqrt(correction2)), tf.add(tf.sqrt(secondMoment), epsilon));
        return [tf.where(rectified, tf.mul(mean, factor), mean), { firstMoment, secondMoment }];
      },
    },
    descent,
  );
}

/**
 * RAdam: `params = params - learningRate * u` with the u of {@link scaleByRadam}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = radam({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -1 }
 * @see Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020, algorithm 2; torch.optim.RAdam, which has 5 where the paper has 4
 */
export function radam({ learningRate = 1e-3, ...rest }: RadamOptions = {}): Transform<ScaleByRadamState> {
  return radamLeaf(rest, { name: 'radam', learningRate });
}

/**
 * `2 / (1 - beta) - 1 - 2 t beta^t / (1 - beta^t)`. With `y = -t ln beta` the last term is `(2 t / y) (y / expm1(y))`, and
 * `1 - y / expm1(y)` has a series (Bernoulli numbers) where it is small.
 */
function averageLength(beta: number, step: tf.Scalar): tf.Scalar {
  if (beta === 0) return tf.scalar(1);
  const rate = -Math.log(beta);
  const y = tf.mul(step, rate);
  const square = tf.square(y);
  const terms = [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160];
  const series = terms.reduceRight<tf.Tensor>((sum, term) => tf.add(tf.mul(sum, square), term), tf.scalar(0));
  const exponential = tf.expm1(tf.minimum(y, 80));
  const difference = tf.where(tf.less(y, 0.5), tf.sub(tf.div(y, 2), tf.mul(series, square)), tf.sub(1, tf.div(y, exponential)));
  return tf.add(tf.mul(difference, 2 / rate), 2 / (1 - beta) - 1 - 2 / rate);
}
