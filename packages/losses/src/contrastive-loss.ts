import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { checkNotNegative } from './internal/check-number.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { rowLength } from './internal/row-length.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link contrastiveLoss}. */
export interface ContrastiveLossOptions extends LossOptions {
  /** How far apart unlike pairs should be, 0 or more. Default: 1. */
  readonly margin?: number;
}

/**
 * Draws like pairs together and pushes unlike ones apart: `(t d^2 + (1 - t) max(0, margin - d)^2) / 2` with the Euclidean distance d.
 * The target is 1 for a like pair (the paper's Y is `1 - t`).
 *
 * @param first float32 `[...,features]`
 * @param second float32, the same shape
 * @param targets float32, int32 or bool `[...]`: 1 for like, 0 for unlike
 * @param options `margin`, `sampleWeights`, `reduction`
 * @returns a scalar, or `[...]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or the margin is below 0
 * @example
 * contrastiveLoss(tf.tensor2d([[0, 0]]), tf.tensor2d([[3, 4]]), tf.tensor1d([0]), { margin: 7 }); // 2: (7 - 5)^2 / 2
 * @see Hadsell et al., "Dimensionality reduction by learning an invariant mapping", CVPR 2006, equation 4
 */
export function contrastiveLoss(first: tf.Tensor, second: tf.Tensor, targets: tf.Tensor, options: ContrastiveLossOptions = {}): tf.Scalar {
  const { margin = 1 } = options;
  checkSameShape('contrastiveLoss', "first's", first, 'second', second);
  check(
    tf.util.arraysEqual(targets.shape, first.shape.slice(0, -1)),
    'contrastiveLoss',
    () => `expected targets ${formatShape(first.shape.slice(0, -1))}, got ${formatShape(targets.shape)}. Pass one target a pair.`,
  );
  checkNotNegative('contrastiveLoss', 'margin', margin);
  const t = tf.cast(targets, 'float32');
  const difference = tf.sub(first, second);
  const like = tf.sum(tf.square(difference), -1);
  const unlike = tf.square(tf.relu(tf.sub(margin, rowLength(difference))));
  return finishLoss(tf.mul(tf.add(tf.mul(t, like), tf.mul(tf.sub(1, t), unlike)), 0.5), options);
}
