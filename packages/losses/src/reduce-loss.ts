import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { broadcastsTo } from './internal/broadcasts-to.ts';
import type { Reduction } from './reduction.ts';

/** Options of {@link reduceLoss}. */
export interface ReduceLossOptions {
  /** Weight of each loss: float32, of a shape that broadcasts to that of the losses. Default: 1 each. */
  readonly weights?: tf.Tensor;
  /** Default: `'mean'`. */
  readonly reduction?: Reduction;
}

/**
 * Weighs single losses and joins them: `mean = sum(w * loss) / sum(w)`, `sum = sum(w * loss)`, `none = w * loss`.
 *
 * A mean over nothing but zero weights is 0, not NaN: a batch in which everything is masked then changes nothing.
 * (PyTorch gives NaN there; Keras divides by the number of losses, whatever the weights.)
 * A loss of weight 0 does not count even when it is infinite or NaN.
 *
 * @param losses float32, any shape
 * @param options weights and reduction
 * @returns a scalar, or the shape of `losses` for `'none'`
 * @throws KumikoError when the reduction is unknown or the weights do not broadcast to the losses
 * @example
 * reduceLoss(tf.tensor1d([1, 2, 6]), { weights: tf.tensor1d([1, 0, 3]) }); // 4.75
 */
export function reduceLoss(losses: tf.Tensor, { weights, reduction = 'mean' }: ReduceLossOptions = {}): tf.Tensor {
  check(
    reduction === 'mean' || reduction === 'sum' || reduction === 'none',
    'reduceLoss',
    () => `expected reduction 'mean', 'sum' or 'none', got '${String(reduction)}'. Choose one of them.`,
  );
  if (weights === undefined) {
    if (reduction === 'none') return tf.clone(losses);
    return reduction === 'sum' ? tf.sum(losses) : tf.mean(losses);
  }
  check(
    broadcastsTo(weights.shape, losses.shape),
    'reduceLoss',
    () =>
      `expected weights whose shape broadcasts to ${formatShape(losses.shape)}, got ${formatShape(weights.shape)}. Pass one weight a loss.`,
  );
  const each = tf.broadcastTo(weights, losses.shape);
  const weighted = tf.where(tf.equal(each, 0), tf.zerosLike(losses), tf.mul(losses, each));
  if (reduction === 'none') return weighted;
  const total = tf.sum(weighted);
  if (reduction === 'sum') return total;
  const weight = tf.sum(each);
  const none = tf.equal(weight, 0);
  return tf.div(total, tf.where(none, tf.onesLike(weight), weight));
}
