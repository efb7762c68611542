import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import type { Batch } from '../batch.ts';
import { batchSize } from './batch-size.ts';

/** Where a batch that was filled up keeps which of its samples are real: float32 `[batch]`, 1 or 0. */
export const PADDING_MASK = 'paddingMask';

/**
 * A loss as a scalar: one that is a scalar as it is, one of each sample averaged over the axes of a sample and then over the samples,
 * `sum(w * loss) / sum(w)`, where w is their weight, 0 for those that fill up the batch. 0 where nothing has a weight.
 *
 * @throws KumikoError when it is neither, or a scalar with weights
 */
export function joinLoss<B extends Batch>(symbol: string, loss: tf.Tensor, batch: B, weightsOf?: (batch: B) => tf.Tensor): tf.Scalar {
  const size = batchSize(batch.x);
  const mask = batch[PADDING_MASK] as tf.Tensor | undefined;
  const weighted = weightsOf !== undefined || mask !== undefined;
  const each = loss.rank > 0 && loss.shape[0] === size && (loss.size > 1 || weighted);
  if (!each) {
    check(
      loss.size === 1,
      symbol,
      () =>
        `expected the loss to be a scalar or of each sample [${size},...], got a tensor ${formatShape(loss.shape)}. Reduce it, for example with reduction: 'mean'.`,
    );
    check(
      !weighted,
      symbol,
      () => `expected a loss of each sample [${size}] to weigh, got a scalar. Return losses that are not reduced, with reduction: 'none'.`,
    );
    return tf.reshape(loss, []);
  }
  const losses = tf.mean(tf.reshape(loss, [size, -1]), 1);
  if (!weighted) return tf.mean(losses);
  const weights = [weightsOf?.(batch), mask].filter((one) => one !== undefined).reduce((product, one) => tf.mul(product, one));
  check(
    weights.rank === 1 && weights.shape[0] === size,
    symbol,
    () => `expected a weight for each sample [${size}], got ${formatShape(weights.shape)}. Return a tensor of that shape.`,
  );
  // A loss of weight 0 does not count even when it is infinite.
  const counted = tf.where(tf.equal(weights, 0), tf.zerosLike(losses), tf.mul(losses, weights));
  const total = tf.sum(weights);
  return tf.div(tf.sum(counted), tf.where(tf.equal(total, 0), tf.onesLike(total), total));
}
