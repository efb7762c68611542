import * as tf from '@tensorflow/tfjs-core';
import { atLeast } from './internal/at-least.ts';
import { checkPositive } from './internal/check-number.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link gaussianNll}. */
export interface GaussianNllOptions extends LossOptions {
  /** Adds the constant `ln(2 pi) / 2`. Default: false. */
  readonly full?: boolean;
  /** Smaller variances count as this one, above 0. Default: 1e-6. */
  readonly epsilon?: number;
}

/**
 * Negative log-likelihood of targets under normal distributions: `(ln v + (mean - target)^2 / v) / 2` with `v = max(variance, epsilon)`.
 * PyTorch: `gaussian_nll_loss`, whose gradient also passes the lower bound of the variance unchanged.
 *
 * @param means float32, any shape
 * @param targets float32, the same shape
 * @param variances float32, the same shape, not negative
 * @param options `full`, `epsilon`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `means` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, `epsilon` is not above 0, or an option is wrong
 * @example
 * gaussianNll(tf.tensor1d([1]), tf.tensor1d([3]), tf.tensor1d([2])); // 1.3465736: (ln 2 + 4 / 2) / 2
 * @see torch.nn.functional.gaussian_nll_loss; Nix and Weigend, "Estimating the mean and variance of the target", ICNN 1994
 */
export function gaussianNll(means: tf.Tensor, targets: tf.Tensor, variances: tf.Tensor, options: GaussianNllOptions = {}): tf.Scalar {
  const { full = false, epsilon = 1e-6 } = options;
  checkSameShape('gaussianNll', "means'", means, 'targets', targets);
  checkSameShape('gaussianNll', "means'", means, 'variances', variances);
  checkPositive('gaussianNll', 'epsilon', epsilon);
  const variance = atLeast(variances, epsilon);
  const squares = tf.div(tf.square(tf.sub(means, targets)), variance);
  const losses = tf.mul(tf.add(tf.log(variance), squares), 0.5);
  return finishLoss(full ? tf.add(losses, Math.log(2 * Math.PI) / 2) : losses, options);
}
