import * as tf from '@tensorflow/tfjs-core';
import { check, type Schedule } from '@kumiko/core';
import { checkOption, count, finite, positive } from '../internal/check-option.ts';

/** Options of {@link cyclic}. */
export interface CyclicOptions {
  /** Value at the start of every cycle, finite. */
  readonly minimumValue: number;
  /** Value at the top of the first cycle, finite. */
  readonly maximumValue: number;
  /** Steps from the bottom to the top, at least 1. */
  readonly risingSteps: number;
  /** Steps from the top to the bottom, at least 1. Default: `risingSteps`. */
  readonly fallingSteps?: number;
  /** What happens to the height: nothing, it halves with every cycle, or it is multiplied at every step by `decayRate`. Default: `'constant'`. */
  readonly height?: 'constant' | 'halved' | 'exponential';
  /** Factor of each step for `'exponential'`, above 0. Default: 1. */
  readonly decayRate?: number;
}

/**
 * Triangles: straight up from the minimum in `risingSteps`, straight down again in `fallingSteps`, and so on.
 *
 * @param options the values and `risingSteps` are required
 * @throws KumikoError when an option is out of range
 * @example
 * const schedule = cyclic({ minimumValue: 0, maximumValue: 1, risingSteps: 4, height: 'halved' });
 * schedule(tf.scalar(3, 'int32')); // 0.75
 * schedule(tf.scalar(12, 'int32')); // 0.5, the top of the second cycle
 * @see Smith, "Cyclical learning rates for training neural networks", WACV 2017; torch.optim.lr_scheduler.CyclicLR
 */
export function cyclic(options: CyclicOptions): Schedule {
  const { minimumValue, maximumValue, risingSteps, fallingSteps = risingSteps, height = 'constant', decayRate = 1 } = options;
  checkOption('cyclic', 'minimumValue', minimumValue, finite, 1e-4);
  checkOption('cyclic', 'maximumValue', maximumValue, finite, 1e-2);
  checkOption('cyclic', 'risingSteps', risingSteps, count, 2000);
  checkOption('cyclic', 'fallingSteps', fallingSteps, count, 2000);
  checkOption('cyclic', 'decayRate', decayRate, positive, 0.999);
  check(
    ['constant', 'halved', 'exponential'].includes(height),
    'cyclic',
    () => `expected height to be 'constant', 'halved' or 'exponential', got '${String(height)}'. Pass one of these.`,
  );
  const length = risingSteps + fallingSteps;
  return (step): tf.Scalar => {
    const now: tf.Scalar = tf.cast(step, 'float32');
    const place = tf.mod(now, length);
    const rise = tf.minimum(tf.div(place, risingSteps), tf.div(tf.sub(length, place), fallingSteps));
    const top = maximumValue - minimumValue;
    if (height === 'constant') return tf.add(minimumValue, tf.mul(top, rise));
    const exponent = height === 'halved' ? tf.mul(tf.div(tf.sub(now, place), length), -Math.LN2) : tf.mul(now, Math.log(decayRate));
    return tf.add(minimumValue, tf.mul(tf.mul(top, rise), tf.exp(exponent)));
  };
}
