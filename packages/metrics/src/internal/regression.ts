import { cast, type Tensor } from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import type { RegressionBatch } from '../regression-batch.ts';

/** Predictions and targets of a batch as float32, after their shapes were checked. */
export function numbersOf(symbol: string, { predictions, targets, weights }: RegressionBatch): { predictions: Tensor; targets: Tensor } {
  for (const [what, other] of [['targets', targets] as const, ['weights', weights] as const]) {
    check(
      other === undefined || formatShape(other.shape) === formatShape(predictions.shape),
      symbol,
      () =>
        `expected ${what} of the shape of the predictions ${formatShape(predictions.shape)}, got ${formatShape((other as Tensor).shape)}. Pass one number for each prediction.`,
    );
  }
  return { predictions: cast(predictions, 'float32'), targets: cast(targets, 'float32') };
}
