import * as tf from '@tensorflow/tfjs-core';
import { mapTree, type Schedule, type Transform, type Tree } from '@kumiko/core';
import { checkOption, nonNegative } from './internal/check-option.ts';
import { leafTransform } from './internal/leaf-transform.ts';
import { checkLearningRate, learningRateAt } from './internal/learning-rate.ts';

/** Options of {@link asgd}. */
export interface AsgdOptions {
  /** Step size before it decays: at least 0, or a schedule. Default: 1e-2. */
  readonly learningRate?: number | Schedule;
  /** Decay of the parameters and of the step size, at least 0. Default: 1e-4. */
  readonly decay?: number;
  /** Exponent of the step size, at least 0. Default: 0.75. */
  readonly power?: number;
  /** Update from which parameters are averaged, at least 0. Default: 1e6. */
  readonly averageFrom?: number;
}

/** State of {@link asgd}. */
export type AsgdState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Mean of the parameters. */
  readonly average: Tree;
};

/**
 * Averaged gradient descent: `r = learningRate / (1 + decay * learningRate * (t - 1))^power`, `params = params - r (g + decay * params)`,
 * t counting updates from 1. `evalParams` gives the mean of the parameters from update `averageFrom` on.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = asgd({ learningRate: 0.5, decay: 0 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -1 }
 * @see Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992; torch.optim.ASGD
 */
export function asgd(options: AsgdOptions = {}): Transform<AsgdState> & Required<Pick<Transform<AsgdState>, 'evalParams'>> {
  const { learningRate = 1e-2, decay = 1e-4, power = 0.75, averageFrom = 1e6 } = options;
  checkLearningRate('asgd', learningRate);
  checkOption('asgd', 'decay', decay, nonNegative, 1e-4);
  checkOption('asgd', 'power', power, nonNegative, 0.75);
  checkOption('asgd', 'averageFrom', averageFrom, nonNegative, 1e6);
  return {
    ...leafTransform<AsgdState, 'average', { rate: tf.Tensor; weight: tf.Tensor }>({
      name: 'asgd',
      slots: { average: (param) => tf.clone(param) },
      shared(step) {
        const first = learningRateAt(learningRate, step);
        const before = tf.sub(step, 1);
        return {
          rate: tf.div(first, tf.pow(tf.add(1, tf.mul(before, tf.mul(first, decay))), power)),
          weight: tf.div(1, tf.maximum(tf.sub(before, averageFrom), 1)),
        };
      },
      rule({ grad, param }, { average }, { rate, weight }) {
        const update = tf.neg(tf.mul(tf.add(grad, tf.mul(param, decay)), rate));
        return [update, { average: tf.add(average, tf.mul(tf.sub(tf.add(param, update), average), weight)) }];
      },
    }),
    evalParams: (_params, { average }) => mapTree<tf.Tensor, tf.Tensor>((value) => tf.clone(value), average),
  };
}
