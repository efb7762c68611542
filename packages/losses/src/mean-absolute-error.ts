import * as tf from '@tensorflow/tfjs-core';
import { absolute } from './internal/absolute.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import type { LossOptions } from './loss-options.ts';

/**
 * The absolute difference of each element, `|prediction - target|`, and by default its mean; the gradient at 0 is 0. PyTorch: `l1_loss`.
 *
 * @param predictions float32, any shape
 * @param targets float32, the same shape
 * @param options `sampleWeights` and `reduction`
 * @returns a scalar, or the shape of `predictions` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, or an option is wrong
 * @example
 * meanAbsoluteError(tf.tensor1d([1, 4]), tf.tensor1d([0, 1])); // 2, the mean of 1 and 3
 * @see torch.nn.functional.l1_loss
 */
export function meanAbsoluteError(predictions: tf.Tensor, targets: tf.Tensor, options: LossOptions = {}): tf.Scalar {
  checkSameShape('meanAbsoluteError', "predictions'", predictions, 'targets', targets);
  return finishLoss(absolute(tf.sub(predictions, targets)), options);
}
