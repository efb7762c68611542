import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '@kumiko/core';
import { checkOption, count, finite } from '../internal/check-option.ts';

/** Steps from here on belong to the cycle that runs then: float32 counts no further. */
const LAST_STEP = 2 ** 24;

/** Options of {@link cosineRestarts}. */
export interface CosineRestartsOptions {
  /** Value at the start of every cycle, finite. */
  readonly initialValue: number;
  /** Value that a cycle falls to, finite. Default: 0. */
  readonly finalValue?: number;
  /** Length of the first cycle in steps, at least 1. */
  readonly steps: number;
  /** How many times as long as the one before a cycle is, a whole number of at least 1. Default: 1. */
  readonly multiplier?: number;
}

/**
 * Half waves one behind the other: `final + (initial - final) * (1 + cos(pi * t / T)) / 2`, t steps into a cycle of T.
 * The first cycle has `steps` steps, each further one `multiplier` times those of the one before.
 *
 * @param options `initialValue` and `steps` are required
 * @throws KumikoError when an option is out of range
 * @example
 * const schedule = cosineRestarts({ initialValue: 1, steps: 10, multiplier: 2 });
 * schedule(tf.scalar(5, 'int32')); // 0.5
 * schedule(tf.scalar(10, 'int32')); // 1
 * schedule(tf.scalar(20, 'int32')); // 0.5
 * @see Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017; torch CosineAnnealingWarmRestarts
 */
export function cosineRestarts({ initialValue, finalValue = 0, steps, multiplier = 1 }: CosineRestartsOptions): Schedule {
  checkOption('cosineRestarts', 'initialValue', initialValue, finite, 1e-3);
  checkOption('cosineRestarts', 'finalValue', finalValue, finite, 0);
  checkOption('cosineRestarts', 'steps', steps, count, 1000);
  checkOption('cosineRestarts', 'multiplier', multiplier, count, 2);
  // Starts are listed, not computed by a logarithm, which would miss them by rounding.
  const starts = multiplier === 1 ? [0] : cycleStarts(steps, multiplier);
  return (step) => {
    const now: tf.Scalar = tf.cast(step, 'float32');
    const progress = multiplier === 1 ? tf.div(tf.mod(now, steps), steps) : cycleProgress(now, starts, steps, multiplier);
    return tf.add(finalValue, tf.mul((initialValue - finalValue) / 2, tf.add(1, tf.cos(tf.mul(progress, Math.PI)))));
  };
}

function cycleProgress(now: tf.Scalar, starts: readonly number[], steps: number, multiplier: number): tf.Tensor {
  const cycle: tf.Scalar = tf.sub(tf.sum(tf.cast(tf.greaterEqual(now, tf.tensor1d([...starts])), 'int32')), tf.scalar(1, 'int32'));
  const lengths = starts.map((_, i) => steps * multiplier ** i);
  return tf.div(tf.sub(now, tf.gather(tf.tensor1d([...starts]), cycle)), tf.gather(tf.tensor1d(lengths), cycle));
}

function cycleStarts(steps: number, multiplier: number): number[] {
  const starts: number[] = [];
  for (let start = 0, length = steps; start < LAST_STEP; start += length, length *= multiplier) starts.push(start);
  return starts;
}
