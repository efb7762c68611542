import {
  abs,
  cast,
  divNoNan,
  expandDims,
  greater,
  mul,
  range,
  square,
  sub,
  sum,
  tidy,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { check, type Metric } from '@kumiko/core';
import type { ClassifiedBatch } from './classified-batch.ts';
import type { ConfusionMatrixState } from './confusion-matrix.ts';
import { confusionCounts } from './internal/confusion-counts.ts';

/** Options of {@link cohenKappa}. */
export interface CohenKappaOptions {
  /** What a disagreement of classes i and j costs: 1 (`'none'`, the default), `|i - j|` (`'linear'`) or `(i - j)^2` (`'quadratic'`). */
  readonly weights?: 'none' | 'linear' | 'quadratic';
}

function costs(classes: number, weights: 'none' | 'linear' | 'quadratic'): Tensor {
  return tidy(() => {
    const places = range(0, classes);
    const distance = abs(sub(expandDims(places, 1), places));
    if (weights === 'linear') return distance;
    return weights === 'quadratic' ? square(distance) : cast(greater(distance, 0), 'float32');
  });
}

/**
 * The agreement of true and predicted classes beyond what chance gives, at most 1: `1 - sum(w observed) / sum(w expected)`
 * with the shares that were observed, and those of independent classes. A float32 scalar; 0 where chance allows no disagreement.
 *
 * @param classes how many there are, an integer >= 1
 * @param options `weights`: what a disagreement costs, `'none'` (default), `'linear'` or `'quadratic'`
 * @throws KumikoError when `classes` or an option is wrong; in `update`, when the shapes do not fit together
 * @example
 * const metric = cohenKappa(2);
 * const batch = { predictions: tf.tensor1d([1, 1, 0, 0], 'int32'), labels: tf.tensor1d([1, 1, 1, 0], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.5)
 * @see Cohen, "A coefficient of agreement for nominal scales", 1960; scikit-learn's cohen_kappa_score
 */
export function cohenKappa(classes: number, options: CohenKappaOptions = {}): Metric<ConfusionMatrixState, ClassifiedBatch, Scalar> {
  const { weights = 'none' } = options;
  check(
    ['none', 'linear', 'quadratic'].includes(weights),
    'cohenKappa',
    () => `expected weights to be 'none', 'linear' or 'quadratic', got '${weights}'. Pass one of these.`,
  );
  return confusionCounts('cohenKappa', classes, (matrix) => {
    const shares = divNoNan(matrix, sum(matrix));
    const chance = mul(sum(shares, 1, true), sum(shares, 0, true));
    const cost = costs(classes, weights);
    const expected = sum(mul(cost, chance));
    // As one quotient, so that no expected disagreement gives 0 and not 1.
    return divNoNan(sub(expected, sum(mul(cost, shares))), expected) as Scalar;
  });
}
