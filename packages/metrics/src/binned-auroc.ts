import {
  cast,
  cumsum,
  divNoNan,
  equal,
  expandDims,
  floor,
  matMul,
  maximum,
  minimum,
  mul,
  notEqual,
  range,
  scalar,
  stack,
  sub,
  sum,
  tidy,
  unstack,
  type Scalar,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { check, formatShape, type Metric } from '@kumiko/core';
import { addToCount, countAsFloat, mergeCounts, zeroCount } from './internal/wide-count.ts';

/** How many samples of class 0 and of class 1 have a score in each bin: counts as float32 `[2, 2, bins]`, `high * 2^20 + low`, exact to 2^44. */
export type BinnedAurocState = { readonly counts: Tensor };

/** What {@link binnedAuroc} sees of a batch. */
export interface BinnedAurocBatch {
  /** Probabilities of class 1, `[samples]`, in [0, 1]; those outside fall into the first and the last bin. Of logits, pass `tf.sigmoid`. */
  readonly predictions: Tensor;
  /** The truth, `[samples]`: of class 0 where it is 0, else of class 1. */
  readonly labels: Tensor;
}

/** Options of {@link binnedAuroc}. */
export interface BinnedAurocOptions {
  /** How many bins of equal width, an integer >= 2. Default 200. */
  readonly bins?: number;
}

/**
 * The area under the ROC curve of a stream of any length, from counts in bins of the score: it is exact for scores rounded down
 * to multiples of 1/bins (scores of one bin count as tied). A float32 scalar; 0 before both classes were seen. Exact over all scores: {@link auroc}.
 *
 * @param options `bins` (default 200)
 * @throws KumikoError when `bins` is wrong; in `update`, when the shapes do not fit together
 * @example
 * const metric = binnedAuroc();
 * const batch = { predictions: tf.tensor1d([0.1, 0.4, 0.35, 0.8]), labels: tf.tensor1d([0, 0, 1, 1], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(0.75)
 * @see tf.keras.metrics.AUC; scikit-learn's roc_auc_score of rounded scores
 */
export function binnedAuroc(options: BinnedAurocOptions = {}): Metric<BinnedAurocState, BinnedAurocBatch, Scalar> {
  const { bins = 200 } = options;
  check(Number.isInteger(bins) && bins >= 2, 'binnedAuroc', () => `expected bins to be an integer >= 2, got ${bins}. Pass how many bins.`);
  return {
    name: 'binnedAuroc',
    init: () => ({ counts: zeroCount([2, bins]) }),
    update: ({ counts }, { predictions, labels }) => {
      check(
        predictions.rank === 1 && formatShape(labels.shape) === formatShape(predictions.shape),
        'binnedAuroc',
        () =>
          `expected predictions and labels [samples], got ${formatShape(predictions.shape)} and ${formatShape(labels.shape)}. Pass one score and one label for each sample.`,
      );
      return tidy(() => {
        const bin = minimum(maximum(floor(mul(predictions, bins)), 0), bins - 1);
        const inBin = cast(equal(expandDims(cast(bin, 'int32'), 1), range(0, bins, 1, 'int32')), 'float32') as Tensor2D;
        const yes = cast(notEqual(labels, scalar(0, labels.dtype)), 'float32');
        return { counts: addToCount(counts, matMul(stack([sub(1, yes), yes], 1) as Tensor2D, inBin, true)) };
      });
    },
    merge: (a, b) => tidy(() => ({ counts: mergeCounts(a.counts, b.counts) })),
    result: ({ counts }) =>
      tidy(() => {
        const [no, yes] = unstack(countAsFloat(counts)) as [Tensor, Tensor];
        const [shareNo, shareYes] = [divNoNan(no, sum(no)), divNoNan(yes, sum(yes))];
        // Of each class-1 share, the class-0 share in lower bins and half of that in its own.
        return sum(mul(shareYes, sub(cumsum(shareNo), mul(shareNo, 0.5)))) as Scalar;
      }),
  };
}
