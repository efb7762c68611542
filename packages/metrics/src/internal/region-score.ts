import { cast, divNoNan, greater, mul, reshape, sum, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { check, formatShape, type Metric } from '@kumiko/core';
import type { ConfusionMatrixState } from '../confusion-matrix.ts';
import type { SegmentedBatch, SegmentationOptions } from '../segmented-batch.ts';
import { diagonal } from './class-score.ts';
import { confusionCounts } from './confusion-counts.ts';

/** A metric of the regions of each class: `part / whole` of how many points are right, predicted and true, averaged over the classes that are either. */
export function regionScore(
  name: string,
  classes: number,
  { average = 'macro' }: SegmentationOptions,
  ratio: (right: Tensor, predicted: Tensor, truth: Tensor) => readonly [part: Tensor, whole: Tensor],
): Metric<ConfusionMatrixState, SegmentedBatch, Tensor> {
  check(
    average === 'macro' || average === 'none',
    name,
    () => `expected average to be 'macro' or 'none', got '${String(average)}'. Pass one of these.`,
  );
  const flat = confusionCounts(name, classes, (matrix: Tensor2D): Tensor => {
    const [predicted, truth] = [sum(matrix, 0), sum(matrix, 1)];
    const [part, whole] = ratio(diagonal(matrix), predicted, truth);
    const scores = divNoNan(part, whole);
    if (average === 'none') return scores;
    const seen = cast(greater(whole, 0), 'float32');
    return divNoNan(sum(mul(scores, seen)), sum(seen));
  });
  return {
    ...flat,
    update: (state, { predictions, labels, mask }) => {
      const shape = formatShape(labels.shape);
      const logits = predictions.rank === labels.rank + 1;
      check(
        formatShape(logits ? predictions.shape.slice(0, -1) : predictions.shape) === shape,
        name,
        () =>
          `expected predictions of the shape of the labels ${shape}, or one axis of classes more, got ${formatShape(predictions.shape)}. Pass a class, or a score for each class, for each point.`,
      );
      check(
        mask === undefined || formatShape(mask.shape) === shape,
        name,
        () => `expected a mask ${shape}, got ${formatShape((mask as Tensor).shape)}. Pass one entry for each label.`,
      );
      return tidy(() => {
        const points = labels.size;
        const scores = reshape(predictions, logits ? [points, predictions.shape.at(-1) as number] : [points]);
        const flattened = { predictions: scores, labels: reshape(labels, [points]) };
        return flat.update(state, mask === undefined ? flattened : { ...flattened, mask: reshape(mask, [points]) });
      });
    },
  };
}
