import * as tf from '@tensorflow/tfjs-core';
import { checkShapes, leaves, mapTree, type Schedule, type Transform, type Tree } from '@kumiko/core';
import { checkOption, decayRange, positive } from './internal/check-option.ts';
import { checkLearningRate, learningRateAt } from './internal/learning-rate.ts';
import { runningMean } from './internal/running-mean.ts';

/** Options of {@link prodigy}. */
export interface ProdigyOptions {
  /** Multiplies the step size that is found: at least 0, or a schedule. Default: 1. */
  readonly learningRate?: number | Schedule;
  /** Decay of the mean of the gradients, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root, above 0. Default: 1e-8. */
  readonly epsilon?: number;
  /** First guess of the distance to the minimum, above 0 and rather too small. Default: 1e-6. */
  readonly initialDistance?: number;
}

/** State of {@link prodigy}. */
export type ProdigyState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** The first parameters. */
  readonly start: Tree;
  /** Running mean of the gradients times the distance. */
  readonly firstMoment: Tree;
  /** Running mean of their squares. */
  readonly secondMoment: Tree;
  /** Weighted mean of the gradients. */
  readonly sum: Tree;
  /** Weighted mean of the gradients' products with the way so far, scalar. */
  readonly progress: tf.Scalar;
  /** Estimate of the distance to the minimum, scalar. */
  readonly distance: tf.Scalar;
};

/**
 * Adam that finds its step size: with d the largest lower bound of the distance from the first parameters x_0 to the minimum,
 * `m = beta1 m + (1 - beta1) d g`, `v = beta2 v + (1 - beta2) d^2 g^2`, `b = sqrt(beta2)`,
 * `r = b r + (1 - b) learningRate d^2 <g, x_0 - x>`, `s = b s + (1 - b) learningRate d^2 g`,
 * `x = x - learningRate d m / (sqrt(v) + d epsilon)`, `d = max(d, r / |s|_1)`. Sums run over all parameters.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = prodigy({ initialDistance: 0.1, beta2: 0.96 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.05 }
 * @see Mishchenko and Defazio, "Prodigy: an expeditiously adaptive parameter-free learner", ICML 2024, algorithm 4
 */
export function prodigy(options: ProdigyOptions = {}): Transform<ProdigyState> {
  const { learningRate = 1, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, initialDistance = 1e-6 } = options;
  checkLearningRate('prodigy', learningRate);
  checkOption('prodigy', 'beta1', beta1, decayRange, 0.9);
  checkOption('prodigy', 'beta2', beta2, decayRange, 0.999);
  checkOption('prodigy', 'epsilon', epsilon, positive, 1e-8);
  checkOption('prodigy', 'initialDistance', initialDistance, positive, 1e-6);
  const beta3 = Math.sqrt(beta2);
  return {
    name: 'prodigy',
    init(params) {
      const each = (make: (param: tf.Tensor) => tf.Tensor): Tree => mapTree<tf.Tensor, tf.Tensor>((param) => make(param), params);
      return {
        step: tf.scalar(0, 'int32'),
        start: each(tf.clone),
        firstMoment: each(tf.zerosLike),
        secondMoment: each(tf.zerosLike),
        sum: each(tf.zerosLike),
        progress: tf.scalar(0),
        distance: tf.scalar(initialDistance),
      };
    },
    update(grads, state, params) {
      checkShapes('prodigy', params, grads);
      checkShapes('prodigy', params, state.start);
      const { distance: d } = state;
      const step: tf.Scalar = tf.add(state.step, tf.scalar(1, 'int32'));
      const rate = learningRateAt(learningRate, tf.cast(step, 'float32'));
      const weight = tf.mul(rate, tf.square(d));
      const mean = (beta: number, before: Tree, value: (grad: tf.Tensor) => tf.Tensor): Tree =>
        mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((old, grad) => runningMean(beta, old, value(grad)), before, grads);
      const firstMoment = mean(beta1, state.firstMoment, (grad) => tf.mul(grad, d));
      const secondMoment = mean(beta2, state.secondMoment, (grad) => tf.square(tf.mul(grad, d)));
      const sum = mean(beta3, state.sum, (grad) => tf.mul(grad, weight));
      const way = mapTree<tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor>(
        (grad, start, param) => tf.sum(tf.mul(grad, tf.sub(start, param))),
        grads,
        state.start,
        params,
      );
      const progress = runningMean(beta3, state.progress, tf.mul(total(way), weight)) as tf.Scalar;
      const norm = total(mapTree<tf.Tensor, tf.Tensor>((value) => tf.sum(tf.abs(value)), sum));
      const known = tf.greater(norm, 0);
      const bound = tf.where(known, tf.div(progress, tf.where(known, norm, tf.scalar(1))), tf.scalar(0));
      const updates = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>(
        (m, v) => tf.neg(tf.div(tf.mul(m, tf.mul(rate, d)), tf.add(tf.sqrt(v), tf.mul(d, epsilon)))),
        firstMoment,
        secondMoment,
      );
      const start = mapTree<tf.Tensor, tf.Tensor>((value) => tf.clone(value), state.start);
      return [updates, { step, start, firstMoment, secondMoment, sum, progress, distance: tf.maximum(d, bound) }];
    },
  };
}

/** The sum of a tree of scalars. */
function total(scalars: Tree): tf.Scalar {
  return leaves<tf.Tensor>(scalars).reduce<tf.Tensor>((sum, value) => tf.add(sum, value), tf.scalar(0)) as tf.Scalar;
}
