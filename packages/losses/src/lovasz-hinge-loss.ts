import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { lovaszExtension } from './internal/lovasz-extension.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * The Lovasz hinge: a convex surrogate of the Jaccard loss of one class, for each image. With the hinge errors `m = 1 - y s`
 * (y = 1 for a target of 1, y = -1 for 0) in falling order it is `sum of max(0, m_i) * g_i`, g the growth of the Jaccard loss.
 * Errors that tie share the value, while the gradient depends on their order, as in the authors' code.
 *
 * @param logits float32 `[batch,...pixels]`, at least one pixel
 * @param targets float32, int32 or bool, the same shape: 0 or 1
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or `[batch]` for `reduction: 'none'`
 * @throws KumikoError when shapes do not fit, or an option is wrong
 * @example
 * lovaszHingeLoss(tf.tensor2d([[2, -0.5]]), tf.tensor2d([[1, 1]])); // 0.75: half of 1.5
 * @see Berman et al., "The Lovasz-softmax loss", CVPR 2018, section 3.1
 */
export function lovaszHingeLoss(logits: tf.Tensor, targets: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  check(
    logits.rank >= 2 && logits.size > 0,
    'lovaszHingeLoss',
    () => `expected logits [batch,...pixels], got ${formatShape(logits.shape)}. Pass at least one pixel an image.`,
  );
  checkSameShape('lovaszHingeLoss', "logits'", logits, 'targets', targets);
  const rows = [logits.shape[0] as number, -1];
  const truth = tf.reshape(tf.cast(targets, 'float32'), rows);
  const errors = tf.sub(1, tf.mul(tf.sub(tf.mul(truth, 2), 1), tf.reshape(logits, rows)));
  return finishLoss(lovaszExtension(tf.relu(errors), truth), options);
}
