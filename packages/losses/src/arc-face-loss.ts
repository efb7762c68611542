import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { softmaxCrossEntropy } from '@kumiko/ops';
import { checkLabels } from './internal/check-labels.ts';
import { checkPositive } from './internal/check-number.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';
import { maskOf } from './internal/mask-of.ts';
import { isLabel } from './internal/is-label.ts';

/** Options of {@link arcFaceLoss}. */
export interface ArcFaceLossOptions extends LossOptions {
  /** The angle that is added to the label's, in radians, in [0, pi). Default: 0.5. */
  readonly margin?: number;
  /** The scale s, above 0. Default: 64. */
  readonly scale?: number;
}

/** Cosines nearer to 1 than float32 can tell have no slope. */
const SMALLEST_SINE_SQUARED = 1e-7;

/**
 * Softmax cross-entropy of scaled cosines in which the label's angle grew by a margin: `s cos(theta + m)` for the label, `s cos(theta)` else.
 * Where `theta + m` would pass pi the label gets `s (cos(theta) - m sin(m))`, as in the authors' code, so that it keeps falling.
 *
 * @param cosines float32 `[...,classes]`, in [-1, 1]: of normalised embeddings with normalised class vectors
 * @param labels int32 `[...]`, in `[0, classes)`; a label that is no class gives NaN
 * @param options `margin`, `scale`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `labels` for `reduction: 'none'`
 * @throws KumikoError when shapes or the labels' type do not fit, or an option is out of range
 * @example
 * arcFaceLoss(tf.tensor2d([[0.5, 0.5]]), tf.tensor1d([0], 'int32'), { margin: Math.PI / 3, scale: 1 }); // 1.3132617: ln(1 + e), of -0.5 and 0.5
 * @see Deng et al., "ArcFace: additive angular margin loss for deep face recognition", CVPR 2019, equation 3
 */
export function arcFaceLoss(cosines: tf.Tensor, labels: tf.Tensor, options: ArcFaceLossOptions = {}): tf.Scalar {
  const { margin = 0.5, scale = 64 } = options;
  const classes = checkLabels('arcFaceLoss', cosines, labels, 'cosines');
  check(margin >= 0 && margin < Math.PI, 'arcFaceLoss', () => `expected margin in [0, pi), got ${margin}. Pass for example 0.5.`);
  checkPositive('arcFaceLoss', 'scale', scale);
  const sine = tf.sqrt(tf.maximum(tf.sub(1, tf.square(cosines)), SMALLEST_SINE_SQUARED));
  const turned = tf.sub(tf.mul(cosines, Math.cos(margin)), tf.mul(sine, Math.sin(margin)));
  const beyond = tf.sub(cosines, margin * Math.sin(margin));
  const ofLabels = tf.where(
    maskOf(cosines, (x) => tf.greater(x, Math.cos(Math.PI - margin))),
    turned,
    beyond,
  );
  const hot = isLabel(labels, classes);
  return finishLoss(softmaxCrossEntropy(tf.mul(tf.where(hot, ofLabels, cosines), scale), labels), options);
}
