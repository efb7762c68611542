import * as tf from '@tensorflow/tfjs-core';
import { check, type KeyLike, type Shape } from '@kumiko/core';
import { checkShape } from './internal/check-shape.ts';
import { errorFunction } from './internal/error-function.ts';
import { inverseErrorFunction } from './internal/inverse-error-function.ts';
import { symmetricUniform } from './internal/symmetric-uniform.ts';
import { withKey } from './internal/with-key.ts';

/** Options of {@link randomTruncatedNormal}. */
export interface RandomTruncatedNormalOptions {
  /** Of the normal before it is cut. Default 0. */
  readonly mean?: number;
  /** Of the normal before it is cut; zero or more. Default 1. */
  readonly standardDeviation?: number;
  /** Where the normal is cut, in standard deviations from the mean. Default -2. */
  readonly lower?: number;
  /** Where the normal is cut, in standard deviations from the mean. Default 2. */
  readonly upper?: number;
}

/**
 * Normal random numbers that lie between two bounds, float32: `mean + standardDeviation * z` with
 * `z = sqrt(2) erfinv(a + (b - a) u)`, `a = erf(lower / sqrt(2))`, `b = erf(upper / sqrt(2))` and u uniform in (0, 1).
 *
 * One word of {@link randomBits} an element, no rejection: the distribution of drawing anew until the value is inside, which is what
 * `tf.truncatedNormal` does. Where a bound lies beyond 5.4 standard deviations float32 cannot tell `erf` from 1: bounds on one side of the
 * mean should start before 5. The bounds hold for `z`; the last rounding may move a value by one unit.
 *
 * @param key a host key, or an int32 tensor `[2]`
 * @param shape of the result, fewer than 2^31 elements
 * @throws KumikoError when the key or the shape is none, `mean` is not finite, `standardDeviation` is not finite or below 0, or the bounds
 *   are not in order or leave less than 1e-6 of the normal
 * @example
 * tf.max(tf.abs(randomTruncatedNormal(key(0), [1000]))).dataSync()[0] <= 2; // true
 */
export function randomTruncatedNormal(
  key: KeyLike,
  shape: Shape,
  { mean = 0, standardDeviation = 1, lower = -2, upper = 2 }: RandomTruncatedNormalOptions = {},
): tf.Tensor {
  checkShape('randomTruncatedNormal', shape);
  check(
    Number.isFinite(mean) && Number.isFinite(standardDeviation) && standardDeviation >= 0,
    'randomTruncatedNormal',
    () =>
      `expected a finite mean and standardDeviation >= 0, got ${mean} and ${standardDeviation}. Pass those of the normal before it is cut.`,
  );
  const [from, to] = [errorFunction(lower / Math.SQRT2), errorFunction(upper / Math.SQRT2)];
  check(
    lower < upper && to - from > 2e-6,
    'randomTruncatedNormal',
    () =>
      `expected lower < upper with at least 1e-6 of the normal between them, got ${lower} and ${upper}. Give them in standard deviations.`,
  );
  return withKey('randomTruncatedNormal', key, (tensor) => {
    // Centre and half-width of [a, b], so that the default bounds stay symmetric.
    const p = tf.add(tf.mul(symmetricUniform(tensor as tf.Tensor1D, shape), (to - from) / 2), (to + from) / 2);
    const limit = 1 - 2 ** -24;
    const z = tf.mul(inverseErrorFunction(tf.clipByValue(p, -limit, limit)), Math.SQRT2);
    return tf.add(tf.mul(tf.clipByValue(z, lower, upper), standardDeviation), mean);
  });
}
