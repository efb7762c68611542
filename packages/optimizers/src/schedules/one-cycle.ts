import * as tf from '@tensorflow/tfjs-core';
import { check, type Schedule } from '@kumiko/core';
import { checkOption, finite, positive } from '../internal/check-option.ts';

/** Options of {@link oneCycle}. */
export interface OneCycleOptions {
  /** Value at the top, finite. */
  readonly maximumValue: number;
  /** Length of the whole cycle in steps, at least 2. */
  readonly steps: number;
  /** Part of the steps that rises, such that `risingFraction * steps` lies above 1 and below `steps`. Default: 0.3. */
  readonly risingFraction?: number;
  /** The first value is `maximumValue / initialDivisor`, above 0. Default: 25. */
  readonly initialDivisor?: number;
  /** The last value is the first divided by this, above 0. Default: 1e4. */
  readonly finalDivisor?: number;
  /** How values go from one to the next: half a cosine wave or a straight line. Default: `'cosine'`. */
  readonly shape?: 'cosine' | 'linear';
}

/**
 * One rise and one fall: from `max / initialDivisor` at step 0 to `max` at step `risingFraction * steps - 1`, and on to
 * `max / (initialDivisor * finalDivisor)` at step `steps - 1`, where it stays.
 *
 * @param options `maximumValue` and `steps` are required
 * @throws KumikoError when an option is out of range
 * @example
 * const schedule = oneCycle({ maximumValue: 1, steps: 11, risingFraction: 6 / 11 });
 * schedule(tf.scalar(0, 'int32')); // 0.04
 * schedule(tf.scalar(5, 'int32')); // 1
 * schedule(tf.scalar(10, 'int32')); // 0.000004
 * @see Smith and Topin, "Super-convergence", 2017; torch.optim.lr_scheduler.OneCycleLR, which throws behind the last step
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const { maximumValue, steps, risingFraction = 0.3, initialDivisor = 25, finalDivisor = 1e4, shape = 'cosine' } = options;
  checkOption('oneCycle', 'maximumValue', maximumValue, finite, 0.1);
  checkOption('oneCycle', 'steps', steps, { text: '2, 3, 4, ...', contains: (value) => Number.isSafeInteger(value) && value >= 2 }, 1000);
  checkOption('oneCycle', 'initialDivisor', initialDivisor, positive, 25);
  checkOption('oneCycle', 'finalDivisor', finalDivisor, positive, 1e4);
  const top = risingFraction * steps - 1;
  check(
    top > 0 && top < steps - 1,
    'oneCycle',
    () =>
      `expected risingFraction * steps above 1 and below ${steps}, got ${risingFraction} * ${steps}. Pass more steps, or another fraction.`,
  );
  check(
    shape === 'cosine' || shape === 'linear',
    'oneCycle',
    () => `expected shape to be 'cosine' or 'linear', got '${String(shape)}'. Pass one of these.`,
  );
  const first = maximumValue / initialDivisor;
  const last = first / finalDivisor;
  const way = (from: number, to: number, progress: tf.Scalar): tf.Scalar =>
    shape === 'linear'
      ? tf.add(from, tf.mul(to - from, progress))
      : tf.add(to, tf.mul((from - to) / 2, tf.add(1, tf.cos(tf.mul(progress, Math.PI)))));
  return (step): tf.Scalar => {
    const now: tf.Scalar = tf.minimum(tf.cast(step, 'float32'), steps - 1);
    return tf.where(
      tf.lessEqual(now, top),
      way(first, maximumValue, tf.div(now, top)),
      way(maximumValue, last, tf.div(tf.sub(now, top), steps - 1 - top)),
    );
  };
}
