import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, type Schedule, type Transform, type Tree } from '@kumiko/core';
import { checkOption, decayRange } from './internal/check-option.ts';
import { leafTransform, type Descent } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';

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
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the scaled gradients, of the parameters' structure. */
  readonly mean: Tree;
  /** For each parameter the largest sums of squares of its slices, those of the first axis first, in one vector. */
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
export function scaleBySm3(options: ScaleBySm3Options = {}): Transform<ScaleBySm3State> {
  return sm3Leaf(options);
}

/** The rule alone, or down its direction. */
function sm3Leaf<S extends Tree>({ momentum = 0.9 }: ScaleBySm3Options, descent?: Descent): Transform<S> {
  checkOption('scaleBySm3', 'momentum', momentum, decayRange, 0.9);
  return leafTransform(
    {
      name: 'scaleBySm3',
      slots: { mean: tf.zerosLike, maxima: ({ shape }) => tf.zeros([slicesOf(shape)]) },
      rule({ grad }, slots) {
        const sum = tf.add(leastOverAxes(slots.maxima, grad.shape), tf.square(grad));
        const seen = tf.greater(sum, 0);
        const scaled = tf.where(seen, tf.div(grad, tf.sqrt(tf.where(seen, sum, tf.onesLike(sum)))), tf.zerosLike(grad));
        const mean = runningMean(momentum, slots.mean, scaled);
        return [tf.clone(mean), { mean, maxima: maximaOf(sum) }];
      },
    },
    descent,
  );
}

/** How many slices there are over all axes. */
function slicesOf(shape: readonly number[]): number {
  return shape.length === 0 ? 1 : shape.reduce((sum, size) => sum + size);
}

/** For each number the least of what is kept for its slices. */
function leastOverAxes(maxima: tf.Tensor, shape: number[]): tf.Tensor {
  check(
    maxima.size === slicesOf(shape),
    'scaleBySm3',
    () => `expected the state of a parameter ${formatShape(shape)}, got that of another one. Make a new one with init.`,
  );
  if (shape.length === 0) return tf.reshape(maxima, shape);
  return tf
    .split(maxima, shape)
    .map((part, axis) =>
      tf.reshape(
        part,
        shape.map((size, other) => (other === axis ? size : 1)),
      ),
    )
    .reduce((least, maximum) => tf.minimum(least, maximum));
}

/** The largest number of every slice, axis by axis. */
function maximaOf(sum: tf.Tensor): tf.Tensor {
  if (sum.rank === 0) return tf.reshape(sum, [1]);
  const axes = sum.shape.map((_, axis) => axis);
  return tf.concat(
    axes.map((axis) =>
      tf.max(
        sum,
        axes.filter((other) => other !== axis),
      ),
    ),
  );
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
export function sm3({ learningRate = 0.1, ...rest }: Sm3Options = {}): Transform<ScaleBySm3State> {
  return sm3Leaf(rest, { name: 'sm3', learningRate });
}
