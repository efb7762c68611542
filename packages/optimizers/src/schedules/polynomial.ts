import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '@kumiko/core';
import { checkOption, count, finite, positive } from '../internal/check-option.ts';

/** Options of {@link polynomial}. */
export interface PolynomialOptions {
  /** Value at step 0, finite. */
  readonly initialValue: number;
  /** Value from step `steps` on, finite. Default: 0. */
  readonly finalValue?: number;
  /** Exponent, above 0; 1 is a straight line. Default: 1. */
  readonly power?: number;
  /** How many steps the way takes, at least 1. */
  readonly steps: number;
}

/**
 * A power of what is left of the way: `final + (initial - final) * (1 - min(step, steps) / steps)^power`.
 *
 * @param options `initialValue` and `steps` are required
 * @throws KumikoError when an option is out of range
 * @example
 * const schedule = polynomial({ initialValue: 1, power: 2, steps: 10 });
 * schedule(tf.scalar(5, 'int32')); // 0.25
 * @see torch.optim.lr_scheduler.PolynomialLR, whose final value is 0
 */
export function polynomial({ initialValue, finalValue = 0, power = 1, steps }: PolynomialOptions): Schedule {
  checkOption('polynomial', 'initialValue', initialValue, finite, 1e-3);
  checkOption('polynomial', 'finalValue', finalValue, finite, 0);
  checkOption('polynomial', 'power', power, positive, 1);
  checkOption('polynomial', 'steps', steps, count, 1000);
  return (step) => {
    const left = tf.div(tf.sub(steps, tf.minimum(tf.cast(step, 'float32'), steps)), steps);
    return tf.add(finalValue, tf.mul(initialValue - finalValue, tf.pow(left, power)));
  };
}
