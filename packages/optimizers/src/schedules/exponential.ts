import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '@kumiko/core';
import { checkOption, count, finite, positive } from '../internal/check-option.ts';

/** Options of {@link exponential}. */
export interface ExponentialOptions {
  /** Value at step 0, finite. */
  readonly initialValue: number;
  /** Factor of `steps` steps, above 0. */
  readonly decayRate: number;
  /** In how many steps the value is multiplied once, at least 1. Default: 1. */
  readonly steps?: number;
  /** No less than this, finite (no more, where the value grows). Default: no limit. */
  readonly finalValue?: number;
}

/**
 * The same factor at every step: `initial * decayRate^(step / steps)`, up to `finalValue`.
 *
 * @param options `initialValue` and `decayRate` are required
 * @throws KumikoError when an option is out of range
 * @example
 * const schedule = exponential({ initialValue: 8, decayRate: 0.5, steps: 10 });
 * schedule(tf.scalar(20, 'int32')); // 2
 * @see torch.optim.lr_scheduler.ExponentialLR; keras ExponentialDecay
 */
export function exponential({ initialValue, decayRate, steps = 1, finalValue }: ExponentialOptions): Schedule {
  checkOption('exponential', 'initialValue', initialValue, finite, 1e-3);
  checkOption('exponential', 'decayRate', decayRate, positive, 0.96);
  checkOption('exponential', 'steps', steps, count, 1000);
  if (finalValue !== undefined) checkOption('exponential', 'finalValue', finalValue, finite, 1e-5);
  return (step) => {
    const value: tf.Scalar = tf.mul(initialValue, tf.exp(tf.mul(tf.cast(step, 'float32'), Math.log(decayRate) / steps)));
    if (finalValue === undefined) return value;
    return decayRate > 1 ? tf.minimum(value, finalValue) : tf.maximum(value, finalValue);
  };
}
