import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { chain, type ChainState } from './chain.ts';
import { checkOption, decayRange, positive } from './internal/check-option.ts';
import { leafTransform } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';
import { scaleByLearningRate } from './scale-by-learning-rate.ts';
import { trace } from './trace.ts';

/** Options of {@link scaleByRmsprop}. */
export interface ScaleByRmspropOptions {
  /** Decay of the means, in [0, 1). Default: 0.99. */
  readonly decay?: number;
  /** Added to the root, above 0. Default: 1e-8. */
  readonly epsilon?: number;
  /** Whether the square of the mean is taken off, so that the root is a standard deviation. Default: false. */
  readonly centered?: boolean;
}

/** Options of {@link rmsprop}. */
export interface RmspropOptions extends ScaleByRmspropOptions {
  /** Step size: at least 0, or a schedule. Default: 1e-2. */
  readonly learningRate?: number | Schedule;
  /** Decay of the sum of the scaled gradients, in [0, 1). Default: 0. */
  readonly momentum?: number;
}

/** State of {@link scaleByRmsprop}. */
export type ScaleByRmspropState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the squares of the gradients, of the parameters' structure. */
  readonly squares: Tree;
  /** Running mean of the gradients; only if centered. */
  readonly means?: Tree;
};

/**
 * Divides by the root of a running mean of squares: `v = decay v + (1 - decay) g^2`, `u = g / (sqrt(v) + epsilon)`;
 * centered: `m = decay m + (1 - decay) g`, `u = g / (sqrt(v - m^2) + epsilon)`.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByRmsprop({ decay: 0.75 });
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 2 }
 * @see Tieleman and Hinton, lecture 6.5, 2012; Graves, "Generating sequences with recurrent neural networks", 2013; torch.optim.RMSprop.
 * Keras has decay 0.9, and epsilon 1e-7 under the root
 */
export function scaleByRmsprop(options: ScaleByRmspropOptions = {}): Transform<ScaleByRmspropState> {
  const { decay = 0.99, epsilon = 1e-8, centered = false } = options;
  checkOption('scaleByRmsprop', 'decay', decay, decayRange, 0.99);
  checkOption('scaleByRmsprop', 'epsilon', epsilon, positive, 1e-8);
  const scaled = (grad: tf.Tensor, variance: tf.Tensor): tf.Tensor => tf.div(grad, tf.add(tf.sqrt(variance), epsilon));
  if (!centered) {
    return leafTransform({
      name: 'scaleByRmsprop',
      slots: { squares: tf.zerosLike },
      rule({ grad }, slots) {
        const squares = runningMean(decay, slots.squares, tf.square(grad));
        return [scaled(grad, squares), { squares }];
      },
    });
  }
  return leafTransform({
    name: 'scaleByRmsprop',
    slots: { squares: tf.zerosLike, means: tf.zerosLike },
    rule({ grad }, slots) {
      const squares = runningMean(decay, slots.squares, tf.square(grad));
      const means = runningMean(decay, slots.means, grad);
      // Rounding could make a variance of 0 negative, and its root NaN.
      return [scaled(grad, tf.maximum(tf.sub(squares, tf.square(means)), 0)), { squares, means }];
    },
  });
}

/**
 * RMSprop, with momentum if wanted: `t = momentum * t + u`, `params = params - learningRate * t` with the u of {@link scaleByRmsprop}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = rmsprop({ learningRate: 0.5, decay: 0.75 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -1 }
 * @see Tieleman and Hinton, lecture 6.5, 2012; torch.optim.RMSprop
 */
export function rmsprop({ learningRate = 1e-2, momentum = 0, ...rest }: RmspropOptions = {}): Transform<ChainState> {
  checkOption('rmsprop', 'momentum', momentum, decayRange, 0.9);
  return chain([scaleByRmsprop(rest), ...(momentum === 0 ? [] : [trace(momentum)]), scaleByLearningRate(learningRate)], {
    name: 'rmsprop',
  });
}
