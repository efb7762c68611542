import { argMax, cast, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import type { ClassifiedBatch } from '../classified-batch.ts';

/** The predicted classes `[n]` of a batch, after its shapes were checked. */
export function predictedClasses(symbol: string, { predictions, labels, mask }: ClassifiedBatch): Tensor1D {
  check(
    labels.rank === 1 && labels.dtype !== 'bool',
    symbol,
    () => `expected labels [samples] of whole numbers, got ${labels.dtype} ${formatShape(labels.shape)}. Pass the class of each sample.`,
  );
  const [samples] = labels.shape;
  check(
    (predictions.rank === 1 || predictions.rank === 2) && predictions.shape[0] === samples,
    symbol,
    () =>
      `expected predictions [${samples},classes] or [${samples}], got ${formatShape(predictions.shape)}. Pass logits or classes, one row for each label.`,
  );
  check(
    mask === undefined || formatShape(mask.shape) === formatShape(labels.shape),
    symbol,
    () => `expected a mask [${samples}], got ${formatShape((mask as Tensor).shape)}. Pass one entry for each label.`,
  );
  return cast(predictions.rank === 2 ? argMax(predictions, 1) : predictions, 'int32') as Tensor1D;
}
