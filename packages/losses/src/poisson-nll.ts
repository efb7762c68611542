import * as tf from '@tensorflow/tfjs-core';
import { checkPositive } from './internal/check-number.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link poissonNll}. */
export interface PoissonNllOptions extends LossOptions {
  /** Whether the predictions are logarithms of rates. Default: true. */
  readonly logInput?: boolean;
  /** Adds Stirling's approximation of `ln target!` where the target is above 1. Default: false. */
  readonly full?: boolean;
  /** Added to a rate before its logarithm is taken, above 0; only without `logInput`. Default: 1e-8. */
  readonly epsilon?: number;
}

/**
 * Negative log-likelihood of counts under Poisson distributions: `e^x - target x` for logarithms x of rates, or `x - target ln(x + epsilon)`
 * for rates. PyTorch: `poisson_nll_loss`. In float32 `e^x` is infinite from x = 88.7 on.
 *
 * @param predictions float32, any shape
 * @param targets float32 or int32, the same shape, not negative
 * @param options `logInput`, `full`, `epsilon`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `predictions` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, `epsilon` is not above 0, or an option is wrong
 * @example
 * poissonNll(tf.tensor1d([0, 1]), tf.tensor1d([2, 3]), { reduction: 'none' }); // [1, -0.2817182]: e^0, and e - 3
 * @see torch.nn.functional.poisson_nll_loss
 */
export function poissonNll(predictions: tf.Tensor, targets: tf.Tensor, options: PoissonNllOptions = {}): tf.Scalar {
  const { logInput = true, full = false, epsilon = 1e-8 } = options;
  checkSameShape('poissonNll', "predictions'", predictions, 'targets', targets);
  checkPositive('poissonNll', 'epsilon', epsilon);
  const counts = tf.cast(targets, 'float32');
  const losses = logInput
    ? tf.sub(tf.exp(predictions), tf.mul(counts, predictions))
    : tf.sub(predictions, tf.mul(counts, tf.log(tf.add(predictions, epsilon))));
  return finishLoss(full ? tf.add(losses, stirling(counts)) : losses, options);
}

/** `t ln t - t + ln(2 pi t) / 2` where t is above 1, else 0. */
function stirling(counts: tf.Tensor): tf.Tensor {
  const many = tf.greater(counts, 1);
  const t = tf.where(many, counts, tf.onesLike(counts));
  const terms = tf.add(tf.sub(tf.mul(t, tf.log(t)), t), tf.mul(tf.log(tf.mul(t, 2 * Math.PI)), 0.5));
  return tf.where(many, terms, tf.zerosLike(terms));
}
