import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { checkPositive } from './internal/check-number.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { softplus } from './internal/softplus.ts';
import { stopGradient } from './internal/stop-gradient.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link circleLoss}. */
export interface CircleLossOptions extends LossOptions {
  /** The circle's radius m, a number. Default: 0.25. */
  readonly margin?: number;
  /** The scale gamma, above 0. Default: 256. */
  readonly scale?: number;
}

/**
 * Circle loss of the similarities within and between classes:
 * `ln(1 + sum_n e^(gamma a_n (s_n - m)) * sum_p e^(-gamma a_p (s_p - 1 + m)))` with `a_n = max(0, s_n + m)` and `a_p = max(0, 1 + m - s_p)`.
 * The weights a are constants to the gradient, as in the authors' code.
 *
 * @param positives float32 `[...,p]`: similarities with samples of the same class, usually cosines
 * @param negatives float32 `[...,n]`: similarities with samples of other classes
 * @param options `margin`, `scale`, `sampleWeights`, `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is out of range
 * @example
 * circleLoss(tf.tensor2d([[0.75]]), tf.tensor2d([[0.25]])); // 0.6931472: ln 2, on the circle
 * @see Sun et al., "Circle loss: a unified perspective of pair similarity optimization", CVPR 2020, equation 8
 */
export function circleLoss(positives: tf.Tensor, negatives: tf.Tensor, options: CircleLossOptions = {}): tf.Scalar {
  const { margin = 0.25, scale = 256 } = options;
  check(
    positives.rank > 0 && tf.util.arraysEqual(positives.shape.slice(0, -1), negatives.shape.slice(0, -1)) && negatives.rank > 0,
    'circleLoss',
    () =>
      `expected positives [...,p] and negatives [...,n] of the same leading axes, got ${formatShape(positives.shape)} and ${formatShape(negatives.shape)}. Pass one row a query.`,
  );
  check(Number.isFinite(margin), 'circleLoss', () => `expected margin to be a number, got ${margin}. Pass for example 0.25.`);
  checkPositive('circleLoss', 'scale', scale);
  const ofPositives = tf.mul(stopGradient(tf.relu(tf.sub(1 + margin, positives))), tf.sub(1 - margin, positives));
  const ofNegatives = tf.mul(stopGradient(tf.relu(tf.add(negatives, margin))), tf.sub(negatives, margin));
  const exponents = tf.add(tf.logSumExp(tf.mul(ofNegatives, scale), -1), tf.logSumExp(tf.mul(ofPositives, scale), -1));
  return finishLoss(softplus(exponents), options);
}
