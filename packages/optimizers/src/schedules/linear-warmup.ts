import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '@kumiko/core';
import { checkOption, count } from '../internal/check-option.ts';

/**
 * A schedule behind a straight rise: for the first `steps` steps `schedule(0) * (step + 1) / (steps + 1)`, then `schedule(step - steps)`.
 * The first step is not 0, so that it is not lost.
 *
 * @param schedule what follows
 * @param steps length of the rise, at least 1
 * @throws KumikoError when `steps` is out of range
 * @example
 * const schedule = linearWarmup(cosineDecay({ initialValue: 1, steps: 100 }), 3);
 * schedule(tf.scalar(0, 'int32')); // 0.25
 * schedule(tf.scalar(3, 'int32')); // 1
 * schedule(tf.scalar(53, 'int32')); // 0.5
 * @see Goyal et al., "Accurate, large minibatch SGD", 2017
 */
export function linearWarmup(schedule: Schedule, steps: number): Schedule {
  checkOption('linearWarmup', 'steps', steps, count, 100);
  return (step) => {
    const now: tf.Scalar = tf.cast(step, 'float32');
    const rise = tf.minimum(tf.div(tf.add(now, 1), steps + 1), 1);
    return tf.mul(schedule(tf.maximum(tf.sub(now, steps), 0)), rise);
  };
}
