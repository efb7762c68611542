import * as tf from '@tensorflow/tfjs-core';
import type { KeyLike, Shape } from '@kumiko/core';
import { checkRate } from './internal/check-rate.ts';
import { checkShape } from './internal/check-shape.ts';
import { randomUniform } from './random-uniform.ts';

/**
 * What dropout multiplies by, float32: 0 with probability `rate`, else `1 / (1 - rate)`, so that the expectation is 1.
 *
 * An element is dropped where its {@link randomUniform} is below the rate: the same elements on every backend.
 * A mask of a smaller shape that broadcasts, for example `[batch, 1, 1, channels]`, drops whole channels.
 *
 * @param key a host key, or an int32 tensor `[2]`
 * @param shape of the result, fewer than 2^31 elements
 * @param rate in [0, 1)
 * @throws KumikoError when the key or the shape is none, or the rate is out of range
 * @example
 * dropoutMask(key(0), [2, 2], 0); // [[1, 1], [1, 1]]
 * @see Srivastava et al., "Dropout", JMLR 2014; inverted scaling as in PyTorch's `Dropout` and `tf.dropout`
 */
export function dropoutMask(key: KeyLike, shape: Shape, rate: number): tf.Tensor {
  checkShape('dropoutMask', shape);
  checkRate('dropoutMask', rate);
  return tf.tidy(() => tf.mul(tf.cast(tf.greaterEqual(randomUniform(key, shape), rate), 'float32'), 1 / (1 - rate)));
}
