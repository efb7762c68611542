import * as tf from '@tensorflow/tfjs-core';
import { checkNotNegative, checkShare } from './internal/check-number.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { softplus } from './internal/softplus.ts';
import type { LossOptions } from './loss-options.ts';
import { maskOf } from './internal/mask-of.ts';

/** Options of {@link asymmetricLoss}. */
export interface AsymmetricLossOptions extends LossOptions {
  /** How fast easy positives fade, 0 or more. Default: 1. */
  readonly gammaPositive?: number;
  /** How fast easy negatives fade, 0 or more. Default: 4. */
  readonly gammaNegative?: number;
  /** Negatives of a lower probability count for nothing, in [0, 1). Default: 0.05. */
  readonly margin?: number;
}

/**
 * Binary cross-entropy for many labels of which few are present: `-(1 - p)^gammaPositive ln p` for positives, and
 * `-q^gammaNegative ln(1 - q)` with `q = max(p - margin, 0)` for negatives, where `p = sigmoid(logit)`. A target between 0 and 1 mixes the two.
 * The gradient is that of the formula (the authors' code can leave out that of the focusing factors).
 *
 * @param logits float32, any shape, before any sigmoid
 * @param targets float32, int32 or bool, the same shape, from 0 to 1
 * @param options the two gammas, `margin`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `logits` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, or an option is out of range
 * @example
 * asymmetricLoss(tf.tensor1d([0, 0]), tf.tensor1d([1, 0]), { reduction: 'none' }); // [0.3465736, 0.0245148]: ln 2 / 2, and -0.45^4 ln 0.55
 * @see Ridnik et al., "Asymmetric loss for multi-label classification", ICCV 2021, equation 7
 */
export function asymmetricLoss(logits: tf.Tensor, targets: tf.Tensor, options: AsymmetricLossOptions = {}): tf.Scalar {
  const { gammaPositive = 1, gammaNegative = 4, margin = 0.05 } = options;
  const symbol = 'asymmetricLoss';
  checkSameShape(symbol, "logits'", logits, 'targets', targets);
  checkNotNegative(symbol, 'gammaPositive', gammaPositive);
  checkNotNegative(symbol, 'gammaNegative', gammaNegative);
  checkShare(symbol, 'margin', margin);
  const t = tf.cast(targets, 'float32');
  const ofNegatives = softplus(logits);
  const ofPositives = softplus(tf.neg(logits));
  const positive = tf.mul(tf.exp(tf.mul(ofNegatives, -gammaPositive)), ofPositives);
  const negative = margin > 0 ? shifted(logits, margin, gammaNegative) : tf.mul(tf.exp(tf.mul(ofPositives, -gammaNegative)), ofNegatives);
  return finishLoss(tf.add(tf.mul(t, positive), tf.mul(tf.sub(1, t), negative)), options);
}

/** `-q^gamma ln(1 - q)` where the probability is above the margin, else 0; `1 - q` is at least the margin there. */
function shifted(logits: tf.Tensor, margin: number, gamma: number): tf.Tensor {
  const probability = tf.sub(tf.sigmoid(logits), margin);
  const counts = maskOf(probability, (x) => tf.greater(x, 0));
  const q = tf.where(counts, probability, tf.fill(logits.shape, 0.5));
  const losses = tf.mul(tf.neg(tf.pow(q, gamma)), tf.log1p(tf.neg(q)));
  return tf.where(counts, losses, tf.zerosLike(losses));
}
