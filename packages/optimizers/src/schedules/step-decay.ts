import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '@kumiko/core';
import { checkOption, count, finite, positive } from '../internal/check-option.ts';

/** Options of {@link stepDecay}. */
export interface StepDecayOptions {
  /** Value at step 0, finite. */
  readonly initialValue: number;
  /** Factor of every drop, above 0. Default: 0.1. */
  readonly factor?: number;
  /** Steps between drops, at least 1. */
  readonly steps: number;
}

/**
 * A drop every so many steps: `initial * factor^floor(step / steps)`.
 *
 * @param options `initialValue` and `steps` are required
 * @throws KumikoError when an option is out of range
 * @example
 * const schedule = stepDecay({ initialValue: 1, factor: 0.5, steps: 10 });
 * schedule(tf.scalar(29, 'int32')); // 0.25
 * @see torch.optim.lr_scheduler.StepLR
 */
export function stepDecay({ initialValue, factor = 0.1, steps }: StepDecayOptions): Schedule {
  checkOption('stepDecay', 'initialValue', initialValue, finite, 0.1);
  checkOption('stepDecay', 'factor', factor, positive, 0.1);
  checkOption('stepDecay', 'steps', steps, count, 1000);
  return (step) => {
    const now: tf.Scalar = tf.cast(step, 'float32');
    // Without the remainder the division is exact, so that no drop comes a step late.
    const drops = tf.div(tf.sub(now, tf.mod(now, steps)), steps);
    return tf.mul(initialValue, tf.exp(tf.mul(drops, Math.log(factor))));
  };
}
