import { add, divNoNan, gather, mean, mul, reshape, sub, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { check, type Metric } from '@kumiko/core';
import type { ClassAverageOptions } from '../class-average.ts';
import type { ClassifiedBatch } from '../classified-batch.ts';
import type { ConfusionMatrixState } from '../confusion-matrix.ts';
import { confusionCounts } from './confusion-counts.ts';

/** How samples fell to a class against the others: `[classes]`, or scalars when taken over all classes. */
export interface ClassCounts {
  readonly truePositives: Tensor;
  readonly falsePositives: Tensor;
  readonly falseNegatives: Tensor;
  readonly trueNegatives: Tensor;
}

function countsOf(matrix: Tensor2D): ClassCounts {
  const truePositives = diagonal(matrix);
  const falsePositives = sub(sum(matrix, 0), truePositives);
  const falseNegatives = sub(sum(matrix, 1), truePositives);
  return { truePositives, falsePositives, falseNegatives, trueNegatives: sub(sum(matrix), add(sum(matrix, 0), falseNegatives)) };
}

/** The entries `[i, i]` of a square matrix. */
export function diagonal(matrix: Tensor2D): Tensor {
  const [size] = matrix.shape;
  const places = Array.from({ length: size }, (_, i) => i * (size + 1));
  return gather(reshape(matrix, [size * size]), places);
}

/** A metric of each class, `part / whole` of its counts and 0 where the whole is, averaged as asked. */
export function classScore(
  name: string,
  classes: number,
  { average = 'macro' }: ClassAverageOptions,
  ratio: (counts: ClassCounts) => readonly [part: Tensor, whole: Tensor],
): Metric<ConfusionMatrixState, ClassifiedBatch, Tensor> {
  check(
    ['macro', 'weighted', 'micro', 'binary', 'none'].includes(average),
    name,
    () => `expected average to be 'macro', 'weighted', 'micro', 'binary' or 'none', got '${average}'. Pass one of these.`,
  );
  check(
    average !== 'binary' || classes === 2,
    name,
    () => `expected 2 classes for the average 'binary', got ${classes}. Pass 2 classes, or another average.`,
  );
  return confusionCounts(name, classes, (matrix) => {
    const counts = countsOf(matrix);
    if (average === 'micro') {
      const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts;
      return divNoNan(
        ...ratio({
          truePositives: sum(truePositives),
          falsePositives: sum(falsePositives),
          falseNegatives: sum(falseNegatives),
          trueNegatives: sum(trueNegatives),
        }),
      );
    }
    const scores = divNoNan(...ratio(counts));
    if (average === 'none') return scores;
    if (average === 'binary') return gather(scores, 1);
    if (average === 'macro') return mean(scores);
    const support = sum(matrix, 1);
    return divNoNan(sum(mul(scores, support)), sum(support));
  });
}
