import * as tf from '@tensorflow/tfjs-core';
import { checkPositive } from './internal/check-number.ts';
import { checkSameShape } from './internal/check-same-shape.ts';
import { finishLoss } from './internal/finish-loss.ts';
import { huberOf } from './internal/huber-of.ts';
import type { LossOptions } from './loss-options.ts';

/** Options of {@link huberLoss}. */
export interface HuberLossOptions extends LossOptions {
  /** Where the parabola becomes a line, above 0. Default: 1. */
  readonly delta?: number;
}

/**
 * Huber's loss of `d = prediction - target`: `d^2 / 2` where `|d| <= delta`, else `delta (|d| - delta / 2)`. PyTorch: `huber_loss`.
 *
 * @param predictions float32, any shape
 * @param targets float32, the same shape
 * @param options `delta`, `sampleWeights`, `reduction`
 * @returns a scalar, or the shape of `predictions` for `reduction: 'none'`
 * @throws KumikoError when the shapes differ, `delta` is not above 0, or an option is wrong
 * @example
 * huberLoss(tf.tensor1d([1, 4]), tf.tensor1d([0, 1]), { reduction: 'none' }); // [0.5, 2.5]
 * @see torch.nn.functional.huber_loss; Huber, "Robust estimation of a location parameter", 1964
 */
export function huberLoss(predictions: tf.Tensor, targets: tf.Tensor, options: HuberLossOptions = {}): tf.Scalar {
  const { delta = 1 } = options;
  checkSameShape('huberLoss', "predictions'", predictions, 'targets', targets);
  checkPositive('huberLoss', 'delta', delta);
  return finishLoss(huberOf(tf.sub(predictions, targets), delta), options);
}
