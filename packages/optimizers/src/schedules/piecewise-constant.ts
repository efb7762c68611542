import * as tf from '@tensorflow/tfjs-core';
import { check, type Schedule } from '@kumiko/core';
import { checkOption, finite } from '../internal/check-option.ts';

/**
 * Constants one behind the other: the i-th value holds from `boundaries[i - 1]` on.
 *
 * @param values at least one, finite
 * @param boundaries the steps at which the second, third, ... value begins: rising whole numbers above 0
 * @throws KumikoError when a value is not finite, the numbers of values and boundaries do not fit, or the boundaries do not rise
 * @example
 * const schedule = piecewiseConstant([1, 0.5, 0.1], [10, 20]);
 * schedule(tf.scalar(9, 'int32')); // 1
 * schedule(tf.scalar(10, 'int32')); // 0.5
 * @see torch.optim.lr_scheduler.MultiStepLR; keras PiecewiseConstantDecay, whose boundaries are the last steps of the values before
 */
export function piecewiseConstant(values: readonly number[], boundaries: readonly number[]): Schedule {
  for (const value of values) checkOption('piecewiseConstant', 'values', value, finite, 1e-3);
  check(
    values.length === boundaries.length + 1,
    'piecewiseConstant',
    () =>
      `expected one boundary between each two values, got ${values.length} values and ${boundaries.length} boundaries. Pass one boundary less than values.`,
  );
  check(
    boundaries.every((boundary, i) => Number.isSafeInteger(boundary) && boundary > (boundaries[i - 1] ?? 0)),
    'piecewiseConstant',
    () => `expected rising whole numbers above 0 as boundaries, got [${boundaries.join(', ')}]. Count steps from the very first.`,
  );
  return (step): tf.Scalar => {
    if (boundaries.length === 0) return tf.scalar(values[0] as number);
    const passed = tf.greaterEqual(tf.cast(step, 'float32'), tf.tensor1d([...boundaries]));
    const index: tf.Scalar = tf.sum(tf.cast(passed, 'int32'));
    return tf.gather(tf.tensor1d([...values]) as tf.Tensor as tf.Scalar, index);
  };
}
