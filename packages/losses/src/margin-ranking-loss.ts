import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link marginRankingLoss}. */
export interface MarginRankingLossOptions extends LossOptions {
  /** By how much the better score should lead. Default: 0. */
  readonly margin?: number;
}

/**
 * `max(0, -y (first - second) + margin)`: y = 1 where the first should score higher, y = -1 where the second should. PyTorch: `margin_ranking_loss`.
 *
 * @param first float32, any shape
 * @param second float32, the same shape
 * @param targets float32 or int32, the same shape: 1 or -1
 * @param options `margin`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `first` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, or the margin is no number
 * @example
 * marginRankingLoss(tf.tensor1d([2, 2]), tf.tensor1d([1, 1]), tf.tensor1d([1, -1]), { margin: 0.5, reduction: 'none' }); // [0, 1.5]
 * @see torch.nn.functional.margin_ranking_loss
 */
export function marginRankingLoss(
  first: tf.Tensor,
  second: tf.Tensor,
  targets: tf.Tensor,
  options: MarginRankingLossOptions = {},
): tf.Scalar {
  const { margin = 0 } = options;
  checkSameShape('marginRankingLoss', "first's", first, 'second', second);
  checkSameShape('marginRankingLoss', "first's", first, 'targets', targets);
  check(Number.isFinite(margin), 'marginRankingLoss', () => `expected margin to be a number, got ${margin}. Pass for example 0.`);
  const lead = tf.mul(tf.cast(targets, 'float32'), tf.sub(first, second));
  return finishLoss(tf.relu(tf.sub(margin, lead)), options);
}
