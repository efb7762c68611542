import { cast, equal, expandDims, range, stack, sub, type Tensor } from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import type { ProbabilityBatch } from '../probability-batch.ts';

/** The probabilities `[samples, classes]` of a batch and a 1 at each true class, after its shapes were checked. */
export function classProbabilities(
  symbol: string,
  { predictions, labels, weights }: ProbabilityBatch,
): { probabilities: Tensor; truth: Tensor } {
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
      `expected predictions [${samples},classes] or [${samples}], got ${formatShape(predictions.shape)}. Pass probabilities, one row for each label.`,
  );
  check(
    weights === undefined || formatShape(weights.shape) === formatShape(labels.shape),
    symbol,
    () => `expected weights [${samples}], got ${formatShape((weights as Tensor).shape)}. Pass one entry for each label.`,
  );
  const given = cast(predictions, 'float32');
  const probabilities = given.rank === 1 ? stack([sub(1, given), given], 1) : given;
  const classes = probabilities.shape[1] as number;
  return { probabilities, truth: cast(equal(expandDims(cast(labels, 'int32'), 1), range(0, classes, 1, 'int32')), 'float32') };
}

/** The weights of a batch, if it has any. */
export function weightsOf({ weights }: { readonly weights?: Tensor }): { weights?: Tensor } {
  return weights === undefined ? {} : { weights };
}
