import * as tf from '@tensorflow/tfjs-core';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * The squared difference of each element, `(prediction - target)^2`, and by default its mean. PyTorch: `mse_loss`.
 *
 * @param predictions float32, any shape
 * @param targets float32, the same shape
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or the shape of `predictions` for `reduction: 'none'` (Keras would average the last axis there)
 * @throws KumikoError when the shapes differ (`[batch]` against `[batch,1]` would broadcast to a matrix), or an option is wrong
 * @example
 * meanSquaredError(tf.tensor1d([1, 4]), tf.tensor1d([0, 1])); // 5, the mean of 1 and 9
 * @see torch.nn.functional.mse_loss
 */
export function meanSquaredError(predictions: tf.Tensor, targets: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  checkSameShape('meanSquaredError', "predictions'", predictions, 'targets', targets);
  return finishLoss(tf.square(tf.sub(predictions, targets)), options);
}
