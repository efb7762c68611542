import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '@kumiko/core';
import { checkOption, count, finite } from '../internal/check-option.ts';

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** Value at step 0, finite. */
  readonly initialValue: number;
  /** Value from step `steps` on, finite. Default: 0. */
  readonly finalValue?: number;
  /** How many steps the descent takes, at least 1. */
  readonly steps: number;
}

/**
 * Half a wave from one value down to another: `final + (initial - final) * (1 + cos(pi * min(step, steps) / steps)) / 2`.
 *
 * @param options `initialValue` and `steps` are required
 * @throws KumikoError when an option is out of range
 * @example
 * const schedule = cosineDecay({ initialValue: 1, steps: 100 });
 * schedule(tf.scalar(50, 'int32')); // 0.5
 * @see Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017; torch CosineAnnealingLR
 */
export function cosineDecay({ initialValue, finalValue = 0, steps }: CosineDecayOptions): Schedule {
  checkOption('cosineDecay', 'initialValue', initialValue, finite, 1e-3);
  checkOption('cosineDecay', 'finalValue', finalValue, finite, 0);
  checkOption('cosineDecay', 'steps', steps, count, 1000);
  return (step) => {
    const progress = tf.div(tf.minimum(tf.cast(step, 'float32'), steps), steps);
    return tf.add(finalValue, tf.mul((initialValue - finalValue) / 2, tf.add(1, tf.cos(tf.mul(progress, Math.PI)))));
  };
}
