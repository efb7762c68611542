import * as tf from '@tensorflow/tfjs-core';
import { check, type KeyLike, type Shape } from '@kumiko/core';
import { checkShape } from './internal/check-shape.ts';
import { randomUniform } from './random-uniform.ts';

/**
 * Random booleans that are true with a probability: `u < probability`, u of {@link randomUniform}, so the same on every backend.
 *
 * @param key a host key, or an int32 tensor `[2]`
 * @param shape of the result, fewer than 2^31 elements
 * @param probability in [0, 1], or a float32 tensor of such that broadcasts to the shape; resolved to multiples of 2^-24. Default 0.5
 * @throws KumikoError when the key or the shape is none, or a number is outside of [0, 1]
 * @example
 * randomBernoulli(key(0), [3], 1); // [1, 1, 1]
 */
export function randomBernoulli(key: KeyLike, shape: Shape, probability: number | tf.Tensor = 0.5): tf.Tensor {
  checkShape('randomBernoulli', shape);
  check(
    typeof probability !== 'number' || (probability >= 0 && probability <= 1),
    'randomBernoulli',
    () => `expected a probability in [0, 1], got ${String(probability)}. Divide a percentage by 100.`,
  );
  return tf.tidy(() => tf.less(randomUniform(key, shape), probability));
}
