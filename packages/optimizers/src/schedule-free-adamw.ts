import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Schedule, type Transform, type Tree } from '@kumiko/core';
import { biasCorrection } from './internal/bias-correction.ts';
import { checkOption, decayRange, nonNegative, positive, type Range } from './internal/check-option.ts';
import { leafTransform } from './internal/leaf-transform.ts';
import { checkLearningRate, learningRateAt } from './internal/learning-rate.ts';
import { runningMean } from './internal/running-mean.ts';

const interpolationRange: Range = { text: '(0, 1)', contains: (value) => value > 0 && value < 1 };

/** Options of {@link scheduleFreeAdamW}. */
export interface ScheduleFreeAdamWOptions {
  /** Step size: at least 0, or a schedule. Default: 2.5e-3. */
  readonly learningRate?: number | Schedule;
  /** Weight of the average in the parameters that train, in (0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of the squares of the gradients, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root, above 0. Default: 1e-8. */
  readonly epsilon?: number;
  /** Decay per unit of learning rate, at least 0. Default: 0. */
  readonly weightDecay?: number;
  /** Steps in which the step size rises, at least 0. Default: 0. */
  readonly warmupSteps?: number;
}

/** State of {@link scheduleFreeAdamW}. */
export type ScheduleFreeAdamWState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** The parameters that take the steps. */
  readonly z: Tree;
  /** Running mean of the squares of the gradients. */
  readonly secondMoment: Tree;
  /** Sum of the squared step sizes, a scalar for each parameter. */
  readonly weight: Tree;
};

/**
 * AdamW without a schedule: steps move z, x is a mean of all z, and gradients are taken between them, at the parameters
 * `y = (1 - beta1) z + beta1 x`. `r = learningRate sqrt(1 - beta2^t) min(1, t / warmupSteps)`, `z = z - r (g / (sqrt(v) + epsilon) + weightDecay y)`,
 * `x = (1 - c) x + c z` with `c = r^2 / (sum of all r^2)`. Evaluate and ship x, which `evalParams` gives.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = scheduleFreeAdamW({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.5 }
 * @see Defazio et al., "The road less scheduled", NeurIPS 2024, algorithm 1
 */
export function scheduleFreeAdamW(
  options: ScheduleFreeAdamWOptions = {},
): Transform<ScheduleFreeAdamWState> & Required<Pick<Transform<ScheduleFreeAdamWState>, 'evalParams'>> {
  const { learningRate = 2.5e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, warmupSteps = 0 } = options;
  checkLearningRate('scheduleFreeAdamW', learningRate);
  checkOption('scheduleFreeAdamW', 'beta1', beta1, interpolationRange, 0.9);
  checkOption('scheduleFreeAdamW', 'beta2', beta2, decayRange, 0.999);
  checkOption('scheduleFreeAdamW', 'epsilon', epsilon, positive, 1e-8);
  checkOption('scheduleFreeAdamW', 'weightDecay', weightDecay, nonNegative, 0);
  checkOption('scheduleFreeAdamW', 'warmupSteps', warmupSteps, nonNegative, 0);
  /** `x = y / beta1 + (1 - 1 / beta1) z`. */
  const averageOf = (y: tf.Tensor, z: tf.Tensor): tf.Tensor => tf.add(y, tf.mul(tf.sub(y, z), 1 / beta1 - 1));
  return {
    ...leafTransform<ScheduleFreeAdamWState, 'z' | 'secondMoment' | 'weight', tf.Tensor>({
      name: 'scheduleFreeAdamW',
      slots: { z: (param) => tf.clone(param), secondMoment: (param) => tf.zerosLike(param), weight: () => tf.scalar(0) },
      shared: (step) =>
        tf.mul(
          tf.div(learningRateAt(learningRate, step), tf.sqrt(biasCorrection(beta2, step))),
          warmupSteps > 0 ? tf.minimum(tf.div(step, warmupSteps), 1) : 1,
        ),
      rule({ grad, param }, slots, rate) {
        const secondMoment = runningMean(beta2, slots.secondMoment, tf.square(grad));
        const direction = tf.add(tf.div(grad, tf.add(tf.sqrt(secondMoment), epsilon)), tf.mul(param, weightDecay));
        const z = tf.sub(slots.z, tf.mul(direction, rate));
        const square = tf.square(rate);
        const weight = tf.add(slots.weight, square);
        const part = tf.div(square, tf.where(tf.greater(weight, 0), weight, tf.scalar(1)));
        const before = averageOf(param, slots.z);
        const x = tf.add(before, tf.mul(tf.sub(z, before), part));
        const y = tf.add(z, tf.mul(tf.sub(x, z), beta1));
        return [tf.sub(y, param), { z, secondMoment, weight }];
      },
    }),
    evalParams: (params, { z }) => mapTree<tf.Tensor, tf.Tensor, tf.Tensor>(averageOf, params, z),
  };
}
