import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { chain, type ChainState } from './chain.ts';
import { checkOption, decayRange, nonNegative, positive } from './internal/check-option.ts';
import { leafRewrite } from './internal/leaf-rewrite.ts';
import { scaleByLearningRate } from './scale-by-learning-rate.ts';
import { trace } from './trace.ts';

/** Options of {@link scaleByLars}. */
export interface ScaleByLarsOptions {
  /** How far a step goes for the parameter's norm, above 0. Default: 1e-3. */
  readonly trustCoefficient?: number;
  /** Decay, at least 0. Default: 0. */
  readonly weightDecay?: number;
}

/** Options of {@link lars}. */
export interface LarsOptions extends ScaleByLarsOptions {
  /** Step size: at least 0, or a schedule. Default: 0.1. */
  readonly learningRate?: number | Schedule;
  /** Decay of the sum of the steps, in [0, 1). Default: 0.9. */
  readonly momentum?: number;
}

/**
 * A step size for each parameter: `u = trustCoefficient |param| / (|g| + weightDecay |param|) (g + weightDecay param)`; where a norm is 0
 * `u = g + weightDecay param`. Has no state.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByLars({ trustCoefficient: 0.5 });
 * transform.update({ w: tf.scalar(2) }, {}, { w: tf.scalar(3) })[0]; // { w: 1.5 }
 * @see You et al., "Large batch training of convolutional networks", 2017, algorithm 1
 */
export function scaleByLars({ trustCoefficient = 1e-3, weightDecay = 0 }: ScaleByLarsOptions = {}): Transform<Tree> {
  checkOption('scaleByLars', 'trustCoefficient', trustCoefficient, positive, 1e-3);
  checkOption('scaleByLars', 'weightDecay', weightDecay, nonNegative, 1e-4);
  return leafRewrite('scaleByLars', (grad, param) => {
    const [size, length] = [tf.norm(param), tf.norm(grad)];
    const known = tf.greater(tf.minimum(size, length), 0);
    const divisor = tf.where(known, tf.add(length, tf.mul(size, weightDecay)), tf.onesLike(length));
    const rate = tf.where(known, tf.div(tf.mul(size, trustCoefficient), divisor), tf.onesLike(length));
    return tf.mul(tf.add(grad, tf.mul(param, weightDecay)), rate);
  });
}

/**
 * Momentum for large batches: `t = momentum * t + learningRate * u`, `params = params - t` with the u of {@link scaleByLars}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = lars({ learningRate: 1, trustCoefficient: 0.5 });
 * const params = { w: tf.scalar(3) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -1.5 }
 * @see You et al., "Large batch training of convolutional networks", 2017, algorithm 1
 */
export function lars({ learningRate = 0.1, momentum = 0.9, ...rest }: LarsOptions = {}): Transform<ChainState> {
  checkOption('lars', 'momentum', momentum, decayRange, 0.9);
  return chain([scaleByLars(rest), scaleByLearningRate(learningRate), trace(momentum)], { name: 'lars' });
}
