import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '@kumiko/core';
import { checkOption, count, finite, nonNegative } from '../internal/check-option.ts';

/** Options of {@link inverseTime}. */
export interface InverseTimeOptions {
  /** Value at step 0, finite. */
  readonly initialValue: number;
  /** How fast the divisor grows, at least 0. */
  readonly decayRate: number;
  /** In how many steps the divisor grows by `decayRate`, at least 1. Default: 1. */
  readonly steps?: number;
}

/**
 * A divisor that grows with time: `initial / (1 + decayRate * step / steps)`.
 *
 * @param options `initialValue` and `decayRate` are required
 * @throws KumikoError when an option is out of range
 * @example
 * const schedule = inverseTime({ initialValue: 1, decayRate: 0.5 });
 * schedule(tf.scalar(6, 'int32')); // 0.25
 * @see keras InverseTimeDecay; `lr_decay` of torch.optim.Adagrad
 */
export function inverseTime({ initialValue, decayRate, steps = 1 }: InverseTimeOptions): Schedule {
  checkOption('inverseTime', 'initialValue', initialValue, finite, 1e-3);
  checkOption('inverseTime', 'decayRate', decayRate, nonNegative, 0.5);
  checkOption('inverseTime', 'steps', steps, count, 1000);
  return (step): tf.Scalar => tf.div(initialValue, tf.add(1, tf.mul(tf.cast(step, 'float32'), decayRate / steps)));
}
