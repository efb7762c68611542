import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '@kumiko/core';
import { checkOption, finite } from '../internal/check-option.ts';

/**
 * The same value at every step.
 *
 * @param value finite
 * @throws KumikoError when the value is not finite
 * @example
 * constant(0.1)(tf.scalar(7, 'int32')); // 0.1
 */
export function constant(value: number): Schedule {
  checkOption('constant', 'value', value, finite, 1e-3);
  return () => tf.scalar(value);
}
