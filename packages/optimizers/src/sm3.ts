import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { chain, type ChainState } from './chain.ts';
import { checkOption, decayRange } from './internal/check-option.ts';
import { leafTransform } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';
import { scaleByLearningRate } from './scale-by-learning-rate.ts';

/** Options of {@link scaleBySm3}. */
export interface ScaleBySm3Options {
  /** Decay of the mean of the scaled gradients, in [0, 1). Default: 0.9. */
  readonly momentum?: number;
}

/** Options of {@link sm3}. */
export interface Sm3Options extends ScaleBySm3Options {
  /** Step size: at least 0, or a schedule. Default: 0.1. */
  readonly learningRate?: number | Schedule;
}

/** State of {@link scaleBySm3}. */
export type ScaleBySm3State = {
  /** Running mean of the scaled gradients, of the parameters' structure. */
  readonly mean: Tree;
  /** For each parameter a list with one tensor an axis: the largest sums of squares of its slices. */
  readonly maxima: Tree;
};

/**
 * Adagrad in little memory: sums of squares are kept for the slices of every axis, not for every number.
 * `n = min over axes of their sums + g^2`, `m = momentum m + (1 - momentum) g / sqrt(n)` (0 where n is 0), `u = m`;
 * the new sum of a slice is the largest n in it.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleBySm3({ momentum: 0 });
 * const params = { w: tf.scalar(1) };
 * const [updates, state] = transform.update({ w: tf.scalar(3) }, transform.init(params), params);
 * updates; // { w: 1 }
 * transform.update({ w: tf.scalar(4) }, state, params)[0]; // { w: 0.8 }
 * @see Anil et al., "Memory-efficient adaptive optimization", NeurIPS 2019, algorithm SM3-II
 */
export function scaleBySm3({ momentum = 0.9 }: ScaleBySm3Options = {}): Transform<ScaleBySm3State> {
  checkOption('scaleBySm3', 'momentum', momentum, decayRange, 0.9);
  return leafTransform<ScaleBySm3State, 'mean' | 'maxima', undefined, tf.Tensor | tf.Tensor[]>({
    name: 'scaleBySm3',
    slots: { mean: (param) => tf.zerosLike(param), maxima: firstMaxima },
    rule({ grad }, slots) {
      const maxima = slots.maxima as tf.Tensor[];
      const sum = tf.add(
        maxima.reduce((least, maximum) => tf.minimum(least, maximum)),
        tf.square(grad),
      );
      const seen = tf.greater(sum, 0);
      const scaled = tf.where(seen, tf.div(grad, tf.sqrt(tf.where(seen, sum, tf.onesLike(sum)))), tf.zerosLike(grad));
      const mean = runningMean(momentum, slots.mean as tf.Tensor, scaled);
      const next = maxima.map((_, axis) => (grad.rank === 0 ? tf.clone(sum) : tf.max(sum, axesWithout(axis, grad.rank), true)));
      return [tf.clone(mean), { mean, maxima: next }];
    },
  });
}

function firstMaxima(param: tf.Tensor): tf.Tensor[] {
  if (param.rank === 0) return [tf.scalar(0)];
  return param.shape.map((size, axis) => tf.zeros(param.shape.map((_, other) => (other === axis ? size : 1))));
}

function axesWithout(axis: number, rank: number): number[] {
  return Array.from({ length: rank }, (_, other) => other).filter((other) => other !== axis);
}

/**
 * SM3: `params = params - learningRate * u` with the u of {@link scaleBySm3}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = sm3({ learningRate: 0.5, momentum: 0 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.5 }
 * @see Anil et al., "Memory-efficient adaptive optimization", NeurIPS 2019
 */
export function sm3({ learningRate = 0.1, ...rest }: Sm3Options = {}): Transform<ChainState> {
  return chain([scaleBySm3(rest), scaleByLearningRate(learningRate)], { name: 'sm3' });
}
