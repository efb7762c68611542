import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { reduceLoss } from './reduce-loss.ts';
import type { Reduction } from './reduction.ts';

/** Options of {@link meanSquaredError}. */
export interface MeanSquaredErrorOptions {
  /** Weight of each element: float32, of a shape that broadcasts to that of the predictions, for example `[batch,1]`. Default: 1 each. */
  readonly sampleWeights?: tf.Tensor;
  /** Default: `'mean'`. */
  readonly reduction?: Reduction;
}

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
export function meanSquaredError(predictions: tf.Tensor, targets: tf.Tensor, options: MeanSquaredErrorOptions = {}): tf.Scalar {
  check(
    tf.util.arraysEqual(predictions.shape, targets.shape),
    'meanSquaredError',
    () =>
      `expected targets of the predictions' shape ${formatShape(predictions.shape)}, got ${formatShape(targets.shape)}. Reshape one of them.`,
  );
  const { sampleWeights, reduction } = options;
  return reduceLoss(tf.square(tf.sub(predictions, targets)), {
    ...(sampleWeights && { weights: sampleWeights }),
    ...(reduction && { reduction }),
  }) as tf.Scalar;
}
