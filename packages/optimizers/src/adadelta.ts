import * as tf from '@tensorflow/tfjs-core';
import type { Schedule, Transform, Tree } from '@kumiko/core';
import { checkOption, decayRange, positive } from './internal/check-option.ts';
import { leafTransform, type Descent } from './internal/leaf-transform.ts';
import { runningMean } from './internal/running-mean.ts';

/** Options of {@link scaleByAdadelta}. */
export interface ScaleByAdadeltaOptions {
  /** Decay of both means, in [0, 1). Default: 0.9. */
  readonly decay?: number;
  /** Added under both roots, above 0. Default: 1e-6. */
  readonly epsilon?: number;
}

/** Options of {@link adadelta}. */
export interface AdadeltaOptions extends ScaleByAdadeltaOptions {
  /** Step size: at least 0, or a schedule. Default: 1. */
  readonly learningRate?: number | Schedule;
}

/** State of {@link scaleByAdadelta}. */
export type ScaleByAdadeltaState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Running mean of the squares of the gradients, of the parameters' structure. */
  readonly squares: Tree;
  /** Running mean of the squares of the updates, of the parameters' structure. */
  readonly deltas: Tree;
};

/**
 * Steps in units of the parameter:
 * `v = decay v + (1 - decay) g^2`, `u = g sqrt(d + epsilon) / sqrt(v + epsilon)`, `d = decay d + (1 - decay) u^2`.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const transform = scaleByAdadelta();
 * const params = { w: tf.scalar(1) };
 * transform.update({ w: tf.scalar(2) }, transform.init(params), params)[0]; // { w: 0.0031623 }
 * @see Zeiler, "ADADELTA: an adaptive learning rate method", 2012, algorithm 1; torch.optim.Adadelta
 */
export function scaleByAdadelta(options: ScaleByAdadeltaOptions = {}): Transform<ScaleByAdadeltaState> {
  return adadeltaLeaf(options);
}

/** The rule alone, or down its direction. */
function adadeltaLeaf<S extends Tree>(options: ScaleByAdadeltaOptions, descent?: Descent): Transform<S> {
  const { decay = 0.9, epsilon = 1e-6 } = options;
  checkOption('scaleByAdadelta', 'decay', decay, decayRange, 0.9);
  checkOption('scaleByAdadelta', 'epsilon', epsilon, positive, 1e-6);
  return leafTransform(
    {
      name: 'scaleByAdadelta',
      slots: { squares: tf.zerosLike, deltas: tf.zerosLike },
      rule({ grad }, slots) {
        const squares = runningMean(decay, slots.squares, tf.square(grad));
        const update = tf.mul(tf.div(tf.sqrt(tf.add(slots.deltas, epsilon)), tf.sqrt(tf.add(squares, epsilon))), grad);
        return [update, { squares, deltas: runningMean(decay, slots.deltas, tf.square(update)) }];
      },
    },
    descent,
  );
}

/**
 * Adadelta: `params = params - learningRate * u` with the u of {@link scaleByAdadelta}.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range
 * @example
 * const optimizer = adadelta({ learningRate: 0.5 });
 * const params = { w: tf.scalar(1) };
 * optimizer.update({ w: tf.scalar(2) }, optimizer.init(params), params)[0]; // { w: -0.00158114 }
 * @see Zeiler, "ADADELTA: an adaptive learning rate method", 2012, algorithm 1; torch.optim.Adadelta
 */
export function adadelta({ learningRate = 1, ...rest }: AdadeltaOptions = {}): Transform<ScaleByAdadeltaState> {
  return adadeltaLeaf(rest, { name: 'adadelta', learningRate });
}
