import {
  cast,
  exp,
  logSumExp,
  max,
  notEqual,
  oneHot,
  scalar,
  sub,
  sum,
  where,
  zerosLike,
  greater,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { check, formatShape, type Metric } from '@kumiko/core';
import { meanOf } from './internal/mean-of.ts';
import type { MeanState } from './mean.ts';

/** What {@link perplexity} sees of a batch. */
export interface PerplexityBatch {
  /** Logits `[...positions, vocabulary]`. */
  readonly predictions: Tensor;
  /** The tokens that came, `[...positions]`, whole numbers in [0, vocabulary). */
  readonly labels: Tensor;
  /** Which positions count, `[...positions]`: those that are not 0. Default: all. */
  readonly mask?: Tensor;
}

/**
 * How many equally likely tokens a language model hesitates between, `exp(-mean(ln p[token]))` of the softmax of its logits,
 * over all tokens so far: a float32 scalar >= 1; 1 before the first.
 *
 * @throws KumikoError in `update`, when the shapes do not fit together
 * @example
 * const metric = perplexity();
 * const batch = { predictions: tf.zeros([2, 3, 8]), labels: tf.zeros([2, 3], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // tf.scalar(8), all of the vocabulary is equally likely
 * @see Jelinek et al., "Perplexity: a measure of the difficulty of speech recognition tasks", 1977
 */
export function perplexity(): Metric<MeanState, PerplexityBatch, Scalar> {
  return meanOf(
    'perplexity',
    ({ predictions, labels, mask }) => {
      check(
        predictions.rank === labels.rank + 1 && formatShape(predictions.shape.slice(0, -1)) === formatShape(labels.shape),
        'perplexity',
        () =>
          `expected logits [...positions,vocabulary] and labels [...positions], got ${formatShape(predictions.shape)} and ${formatShape(labels.shape)}. Pass one row of logits for each label.`,
      );
      check(
        mask === undefined || formatShape(mask.shape) === formatShape(labels.shape),
        'perplexity',
        () => `expected a mask ${formatShape(labels.shape)}, got ${formatShape((mask as Tensor).shape)}. Pass one entry for each label.`,
      );
      const logits = sub(predictions, max(predictions, -1, true));
      const isToken = oneHot(cast(labels, 'int32'), predictions.shape.at(-1) as number);
      // Not a product: a logit of -Infinity elsewhere would make it NaN.
      const chosen = sum(where(greater(isToken, 0), logits, zerosLike(logits)), -1);
      const values = sub(logSumExp(logits, -1), chosen);
      if (mask === undefined) return { values };
      const counted = notEqual(mask, scalar(0, mask.dtype));
      // What the mask leaves out may be infinite, so it is replaced and not only weighed with 0.
      return { values: where(counted, values, zerosLike(values)), weights: cast(counted, 'float32') };
    },
    (mean) => exp(mean),
  );
}
