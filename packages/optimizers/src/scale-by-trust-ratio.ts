import * as tf from '@tensorflow/tfjs-core';
import type { Transform, Tree } from '@kumiko/core';
import { checkOption, positive } from './internal/check-option.ts';
import { leafRewrite } from './internal/leaf-rewrite.ts';

/** Options of {@link scaleByTrustRatio}. */
export interface ScaleByTrustRatioOptions {
  /** Multiplies the ratio, above 0. Default: 1. */
  readonly coefficient?: number;
}

/**
 * Scales the update of each parameter to the parameter's norm: `u = g * coefficient * |param| / |g|`, and `u = g` where either norm is 0.
 * Has no state.
 *
 * @param options `coefficient`
 * @throws KumikoError when `coefficient` is out of range
 * @example
 * const params = { w: tf.tensor1d([3, 4]) };
 * scaleByTrustRatio().update({ w: tf.tensor1d([0, 2]) }, {}, params)[0]; // { w: [0, 5] }
 * @see You et al., "Large batch training of convolutional networks", 2017, equation 6; optax.scale_by_trust_ratio
 */
export function scaleByTrustRatio({ coefficient = 1 }: ScaleByTrustRatioOptions = {}): Transform<Tree> {
  checkOption('scaleByTrustRatio', 'coefficient', coefficient, positive, 1);
  return leafRewrite('scaleByTrustRatio', (grad, param) => {
    const [size, length] = [tf.norm(param), tf.norm(grad)];
    const known = tf.greater(tf.minimum(size, length), 0);
    const divisor = tf.where(known, length, tf.onesLike(length));
    return tf.mul(grad, tf.where(known, tf.div(tf.mul(size, coefficient), divisor), tf.onesLike(length)));
  });
}
