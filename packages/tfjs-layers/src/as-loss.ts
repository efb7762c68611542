import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';
import { alignedTargets } from './internal/aligned-targets.ts';

/** A loss of Kumiko: of `@kumiko/losses`, or one of your own that knows `reduction: 'none'`. */
export type LossWithReduction<O> = (predictions: tf.Tensor, targets: tf.Tensor, options: O & { readonly reduction: 'none' }) => tf.Tensor;

/** A loss of tfjs-layers: one number a sample, `[batch]`. */
export type LayersLoss = (targets: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;

/**
 * A loss as tfjs-layers wants it: targets first, one number a sample, so that the model's class weights still count.
 *
 * Single losses of a sample (of its pixels, of its time steps) are averaged. Targets are float32; class labels `[batch]` or `[batch,1]`
 * beside an output `[batch,classes]` become int32 `[batch]`. Of itself tfjs-layers refuses such labels in `fit`: `configureModel` lets them in.
 * The model averages over the samples, whatever their weights.
 *
 * @param loss gets `(predictions, targets, { ...options, reduction: 'none' })` and keeps the batch's axis
 * @param options of the loss, for example `{ labelSmoothing: 0.1 }`. Default: none
 * @throws KumikoError when `loss` is no function; in use, when it does not return a number a sample
 * @example
 * const squared = (predictions: tf.Tensor, targets: tf.Tensor) => tf.squaredDifference(predictions, targets);
 * asLoss(squared)(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[1, 4], [3, 3]])); // tf.tensor1d([2, 0.5])
 * @see tf.losses of TensorFlow.js
 */
export function asLoss<O extends object>(loss: LossWithReduction<O>, options?: O): LayersLoss {
  check(
    typeof loss === 'function',
    'asLoss',
    () => `expected a loss, got ${loss === null ? 'null' : typeof loss}. Pass a function of @kumiko/losses, without calling it.`,
  );
  return (targets, predictions) => {
    const losses = loss(predictions, alignedTargets(predictions, targets), { ...(options as O), reduction: 'none' });
    const [samples] = predictions.shape;
    check(
      losses.rank > 0 && losses.shape[0] === samples,
      'asLoss',
      () =>
        `expected a loss for each of ${samples} samples, got a tensor ${formatShape(losses.shape)}. Pass a loss that knows reduction: 'none'.`,
    );
    return losses.rank === 1 ? losses : tf.mean(tf.reshape(losses, [samples as number, -1]), 1);
  };
}
