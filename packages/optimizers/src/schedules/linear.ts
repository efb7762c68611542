import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '@kumiko/core';
import { checkOption, count, finite } from '../internal/check-option.ts';

/** Options of {@link linear}. */
export interface LinearOptions {
  /** Value at step 0, finite. */
  readonly initialValue: number;
  /** Value from step `steps` on, finite. */
  readonly finalValue: number;
  /** How many steps the way takes, at least 1. */
  readonly steps: number;
}

/**
 * A straight line from one value to another: `initial + (final - initial) * min(step, steps) / steps`.
 *
 * @param options all required
 * @throws KumikoError when an option is out of range
 * @example
 * linear({ initialValue: 0, finalValue: 1, steps: 4 })(tf.scalar(1, 'int32')); // 0.25
 */
export function linear({ initialValue, finalValue, steps }: LinearOptions): Schedule {
  checkOption('linear', 'initialValue', initialValue, finite, 0);
  checkOption('linear', 'finalValue', finalValue, finite, 1e-3);
  checkOption('linear', 'steps', steps, count, 1000);
  return (step) => {
    const progress = tf.div(tf.minimum(tf.cast(step, 'float32'), steps), steps);
    return tf.add(initialValue, tf.mul(progress, finalValue - initialValue));
  };
}
