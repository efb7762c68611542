import * as tf from '@tensorflow/tfjs-core';
import { check, type Schedule } from '@kumiko/core';

/**
 * Schedules one behind the other: the i-th holds from `boundaries[i - 1]` on and counts its steps from there.
 *
 * @param schedules at least one
 * @param boundaries the steps at which the second, third, ... begins: rising whole numbers above 0
 * @throws KumikoError when the numbers of schedules and boundaries do not fit, or the boundaries do not rise
 * @example
 * const schedule = joinSchedules([constant(1), linear({ initialValue: 1, finalValue: 0, steps: 10 })], [100]);
 * schedule(tf.scalar(105, 'int32')); // 0.5
 * @see optax.join_schedules
 */
export function joinSchedules(schedules: readonly Schedule[], boundaries: readonly number[]): Schedule {
  const [first, ...rest] = schedules;
  check(
    first !== undefined && rest.length === boundaries.length,
    'joinSchedules',
    () =>
      `expected one boundary between each two schedules, got ${schedules.length} schedules and ${boundaries.length} boundaries. Pass one boundary less than schedules.`,
  );
  check(
    boundaries.every((boundary, i) => Number.isSafeInteger(boundary) && boundary > (boundaries[i - 1] ?? 0)),
    'joinSchedules',
    () => `expected rising whole numbers above 0 as boundaries, got [${boundaries.join(', ')}]. Count steps from the very first.`,
  );
  return (step) => {
    const now: tf.Scalar = tf.cast(step, 'float32');
    return rest.reduce((value: tf.Scalar, schedule, i): tf.Scalar => {
      const boundary = boundaries[i] as number;
      // Before its boundary a schedule would see negative steps, for which it need not be defined.
      const later = schedule(tf.maximum(tf.sub(now, boundary), 0));
      return tf.where(tf.less(now, boundary), value, later);
    }, first(now));
  };
}
