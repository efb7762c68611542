import * as tf from '@tensorflow/tfjs-core';
import { check, type Schedule, type Transform, type Tree } from '@kumiko/core';
import { checkOption, positive } from './internal/check-option.ts';
import { leafTransform } from './internal/leaf-transform.ts';
import { checkLearningRate, learningRateAt } from './internal/learning-rate.ts';

/** Options of {@link rprop}. */
export interface RpropOptions {
  /** First step size of every number: at least 0, or a schedule, of which the first value counts. Default: 1e-2. */
  readonly learningRate?: number | Schedule;
  /** Factor where the gradient's sign changed, in (0, 1). Default: 0.5. */
  readonly decrease?: number;
  /** Factor where it did not, above 1. Default: 1.2. */
  readonly increase?: number;
  /** Smallest step size, above 0. Default: 1e-6. */
  readonly minimumStep?: number;
  /** Largest step size, above 0. Default: 50. */
  readonly maximumStep?: number;
}

/** State of {@link rprop}. */
export type RpropState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** The gradients before, 0 where a sign changed. */
  readonly before: Tree;
  /** Step size of every number. */
  readonly stepSize: Tree;
};

/**
 * Steps by signs alone: each number's step size grows while its gradient keeps its sign and shrinks when that changes, and then the
 * number rests for a step. For full batches.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = rprop({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * const [updates, state] = optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params);
 * updates; // { w: -0.5 }
 * optimizer.update({ w: tf.scalar(7) }, state, params)[0]; // { w: -0.6 }
 * @see Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning", 1993; torch.optim.Rprop (iRprop-)
 */
export function rprop(options: RpropOptions = {}): Transform<RpropState> {
  const { learningRate = 1e-2, decrease = 0.5, increase = 1.2, minimumStep = 1e-6, maximumStep = 50 } = options;
  checkLearningRate('rprop', learningRate);
  checkOption('rprop', 'minimumStep', minimumStep, positive, 1e-6);
  checkOption('rprop', 'maximumStep', maximumStep, positive, 50);
  check(
    decrease > 0 && decrease < 1 && increase > 1 && increase < Infinity,
    'rprop',
    () => `expected 0 < decrease < 1 < increase < Infinity, got ${decrease} and ${increase}. Pass for example 0.5 and 1.2.`,
  );
  return leafTransform({
    name: 'rprop',
    slots: {
      before: tf.zerosLike,
      stepSize: (param) => tf.mul(tf.onesLike(param), learningRateAt(learningRate, tf.scalar(1))),
    },
    rule({ grad }, slots) {
      const agreement = tf.mul(grad, slots.before);
      const changed = tf.less(agreement, 0);
      const factor = tf.where(changed, decrease, tf.where(tf.greater(agreement, 0), increase, tf.onesLike(grad)));
      const stepSize = tf.clipByValue(tf.mul(slots.stepSize, factor), minimumStep, maximumStep);
      const before = tf.where(changed, tf.zerosLike(grad), grad);
      return [tf.neg(tf.mul(tf.sign(before), stepSize)), { before, stepSize }];
    },
  });
}
