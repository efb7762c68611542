import * as tf from '@tensorflow/tfjs-core';
import type { Transform, Tree } from '@kumiko/core';
import { checkOption, positive } from './internal/check-option.ts';
import { leafRewrite } from './internal/leaf-rewrite.ts';
import { unitAxes } from './internal/unit-axes.ts';

/** Options of {@link adaptiveGradientClip}. */
export interface AdaptiveGradientClipOptions {
  /** Norms of parameters count as at least this, above 0. Default: 1e-3. */
  readonly epsilon?: number;
}

/**
 * Shrinks gradients that are long beside their parameter, one output unit at a time:
 * `u_i = g_i * min(1, clipping * max(|w_i|, epsilon) / |g_i|)`.
 * A unit is one index of the last axis (`[in, out]`, `[kh, kw, in, out]`); a parameter of rank 0 or 1 is one unit. Has no state.
 *
 * @param clipping above 0, usually 0.01
 * @param options `epsilon`
 * @throws KumikoError when an option is out of range
 * @example
 * const params = { w: tf.tensor2d([[3, 0], [4, 1]]) };
 * adaptiveGradientClip(0.5).update({ w: tf.tensor2d([[0, 0.25], [5, 0]]) }, {}, params)[0]; // { w: [[0, 0.25], [2.5, 0]] }
 * @see Brock et al., "High-performance large-scale image recognition without normalization", ICML 2021; optax.adaptive_grad_clip
 */
export function adaptiveGradientClip(clipping: number, { epsilon = 1e-3 }: AdaptiveGradientClipOptions = {}): Transform<Tree> {
  checkOption('adaptiveGradientClip', 'clipping', clipping, positive, 0.01);
  checkOption('adaptiveGradientClip', 'epsilon', epsilon, positive, 1e-3);
  const norm = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.square(x), unitAxes(x), true));
  return leafRewrite('adaptiveGradientClip', (grad, param) => {
    const limit = tf.mul(tf.maximum(norm(param), epsilon), clipping);
    // Where the gradient is short the divisor is the limit itself, and the factor 1.
    return tf.mul(grad, tf.div(limit, tf.maximum(norm(grad), limit)));
  });
}
