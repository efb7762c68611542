import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link tweedieLoss}. */
export interface TweedieLossOptions extends LossOptions {
  /** The variance grows with this power of the mean, in (1, 2): many zeros and a continuous rest. Default: 1.5. */
  readonly power?: number;
}

/**
 * Negative log-likelihood of Tweedie's compound Poisson distributions with means `e^x`, without what does not depend on x:
 * `e^((2 - p) x) / (2 - p) - target e^((1 - p) x) / (1 - p)`. It is half the deviance less its value for a perfect prediction.
 * For p = 1 use `poissonNll`. In float32 a power of e is infinite from `|x|` = 88.7 / (2 - p) or 88.7 / (p - 1) on.
 *
 * @param predictions float32, any shape: logarithms of means
 * @param targets float32 or int32, the same shape, not negative
 * @param options `power`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `predictions` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, the power is outside (1, 2), or an option is wrong
 * @example
 * tweedieLoss(tf.tensor1d([0, 0]), tf.tensor1d([0, 3]), { reduction: 'none' }); // [2, 8]: 1 / 0.5 + target / 0.5
 * @see Jorgensen, "Exponential dispersion models", 1987; sklearn.metrics.mean_tweedie_deviance
 */
export function tweedieLoss(predictions: tf.Tensor, targets: tf.Tensor, options: TweedieLossOptions = {}): tf.Scalar {
  const { power = 1.5 } = options;
  checkSameShape('tweedieLoss', "predictions'", predictions, 'targets', targets);
  check(power > 1 && power < 2, 'tweedieLoss', () => `expected power in (1, 2), got ${power}. Use poissonNll for 1.`);
  const counted = tf.div(tf.mul(tf.cast(targets, 'float32'), tf.exp(tf.mul(predictions, 1 - power))), 1 - power);
  return finishLoss(tf.sub(tf.div(tf.exp(tf.mul(predictions, 2 - power)), 2 - power), counted), options);
}
