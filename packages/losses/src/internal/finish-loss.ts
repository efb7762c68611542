import type * as tf from '@tensorflow/tfjs-core';
import type { LossOptions } from '../loss-options.ts';
import { reduceLoss } from '../reduce-loss.ts';

/** Weighs and joins single losses as the options say. */
export function finishLoss(losses: tf.Tensor, { sampleWeights, reduction }: LossOptions): tf.Scalar {
  return reduceLoss(losses, { ...(sampleWeights && { weights: sampleWeights }), ...(reduction && { reduction }) }) as tf.Scalar;
}
