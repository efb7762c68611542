import { divNoNan, dot, mul, sqrt, sub, sum, type Scalar, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import type { ClassifiedBatch } from './classified-batch.ts';
import type { ConfusionMatrixState } from './confusion-matrix.ts';
import { diagonal } from './internal/class-score.ts';
import { confusionCounts } from './internal/confusion-counts.ts';

/** `1 - sum(p^2)` of shares that sum to 1, as `sum(p (1 - p))`: it stays precise when one class is nearly all. */
function spread(shares: Tensor): Tensor {
  return sum(mul(shares, sub(sum(shares), shares)));
}

/**
 * The correlation of true and predicted classes, in [-1, 1]: with shares t of the true classes and p of the predicted,
 * `(accuracy - t . p) / sqrt((1 - t . t) (1 - p . p))`, a float32 scalar; 0 where only one class is true or predicted.
 *
 * @param classes how many there are, an integer >= 1
 * @throws KumikoError when `classes` is not such an integer; in `update`, when the shapes do not fit together
 * @example
 * const metric = matthewsCorrelation(2);
 * const batch = { predictions: tf.tensor1d([1, 1, 0, 0], 'int32'), labels: tf.tensor1d([1, 1, 1, 0], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.5773503)
 * @see Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004; scikit-learn's matthews_corrcoef
 */
export function matthewsCorrelation(classes: number): Metric<ConfusionMatrixState, ClassifiedBatch, Scalar> {
  return confusionCounts('matthewsCorrelation', classes, (matrix) => {
    const all = sum(matrix);
    const [truth, predicted] = [divNoNan(sum(matrix, 1), all) as Tensor1D, divNoNan(sum(matrix, 0), all) as Tensor1D];
    const covariance = sub(divNoNan(sum(diagonal(matrix)), all), dot(truth, predicted));
    return divNoNan(covariance, sqrt(mul(spread(truth), spread(predicted)))) as Scalar;
  });
}
