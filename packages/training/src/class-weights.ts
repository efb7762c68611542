import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import type { Batch } from './batch.ts';
import type { WeightFunction } from './train-step.ts';

/**
 * The weight of each sample by its class, for `fit({ weights })`: `w_i = weights[label_i]`. Losses are then averaged as PyTorch does it,
 * `sum(w * loss) / sum(w)`; Keras divides by the number of samples.
 *
 * @param weights one of each class, at least 0
 * @param select picks the labels of a batch, integers `[batch]` from 0
 * @throws KumikoError when there are no weights, or one is negative or not finite
 * @example
 * const weigh = classWeights([1, 5], (batch) => batch['y'] as tf.Tensor1D);
 * weigh({ x: tf.zeros([3]), y: tf.tensor1d([0, 1, 1], 'int32') }); // [1, 5, 5]
 * @see torch.nn.CrossEntropyLoss, `weight`
 */
export function classWeights<B extends Batch = Batch>(weights: readonly number[], select: (batch: B) => tf.Tensor): WeightFunction<B> {
  check(
    weights.length > 0 && weights.every((weight) => Number.isFinite(weight) && weight >= 0),
    'classWeights',
    () => `expected a weight of at least 0 for each class, got [${weights.join(', ')}]. Pass for example [1, 5].`,
  );
  return (batch) => tf.tidy(() => tf.gather(tf.tensor1d([...weights]), tf.cast(select(batch), 'int32')));
}
