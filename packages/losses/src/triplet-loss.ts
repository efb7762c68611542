import * as tf from '@tensorflow/tfjs-core';
import { checkNotNegative } from './internal/check-number.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { rowLength } from './internal/row-length.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link tripletLoss}. */
export interface TripletLossOptions extends LossOptions {
  /** By how much the negative should be further away than the positive, 0 or more. Default: 1. */
  readonly margin?: number;
  /** Takes the distance of positive and negative where it is the smaller one. Default: false. */
  readonly swap?: boolean;
  /** Added to each difference before its length is taken, as PyTorch does, 0 or more. Default: 1e-6. */
  readonly epsilon?: number;
}

/**
 * `max(0, d(anchor, positive) - d(anchor, negative) + margin)` with the Euclidean `d(a, b) = |a - b + epsilon|`.
 * PyTorch: `triplet_margin_loss` with p = 2.
 *
 * @param anchors float32 `[...,features]`
 * @param positives float32, the same shape
 * @param negatives float32, the same shape
 * @param options `margin`, `swap`, `epsilon`, `sampleWeights`, `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, or an option is out of range
 * @example
 * tripletLoss(tf.tensor2d([[0, 0]]), tf.tensor2d([[3, 4]]), tf.tensor2d([[0, 4]])); // 2: 5 - 4 + 1
 * @see torch.nn.functional.triplet_margin_loss; Balntas et al., "Learning local feature descriptors with triplets", BMVC 2016
 */
export function tripletLoss(anchors: tf.Tensor, positives: tf.Tensor, negatives: tf.Tensor, options: TripletLossOptions = {}): tf.Scalar {
  const { margin = 1, swap = false, epsilon = 1e-6 } = options;
  checkSameShape('tripletLoss', "anchors'", anchors, 'positives', positives);
  checkSameShape('tripletLoss', "anchors'", anchors, 'negatives', negatives);
  checkNotNegative('tripletLoss', 'margin', margin);
  checkNotNegative('tripletLoss', 'epsilon', epsilon);
  const distance = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => rowLength(tf.add(tf.sub(a, b), epsilon));
  const near = distance(anchors, positives);
  const direct = distance(anchors, negatives);
  const far = swap ? tf.minimum(direct, distance(positives, negatives)) : direct;
  return finishLoss(tf.relu(tf.add(tf.sub(near, far), margin)), options);
}
