import * as tf from '@tensorflow/tfjs-core';
import { disposeTree, type Layer, type Tree, type Variables } from '@kumiko/core';
import type { BatchSource } from './batch-source.ts';
import { breather } from './internal/breather.ts';
import { passOfEpoch } from './internal/pass-of-epoch.ts';

/** Options of {@link predict}. */
export interface PredictOptions<Out extends Tree> {
  readonly model: Layer<Tree, Out>;
  /** The model's parameters and state, for example a train state. */
  readonly variables: Variables;
  /** Batches with the model's input as `x`, each disposed when it has been seen; or a record of tensors, which stay the caller's. */
  readonly data: BatchSource;
  /** Samples in a batch where `data` is a record of tensors. Default: 32. */
  readonly batchSize?: number;
}

/**
 * The model's output for each batch, in order, computed as it is asked for. The consumer disposes each.
 *
 * @param options model, variables and data are required
 * @example
 * const model: Layer<tf.Tensor, tf.Tensor> = {
 *   name: 'double',
 *   init: (_key, output) => ({ params: {}, state: {}, output }),
 *   apply: ({ state }, x) => [tf.mul(x, 2), { state }],
 * };
 * const data = (async function* () {
 *   yield { x: tf.tensor1d([1, 2]) };
 * })();
 * for await (const output of predict({ model, variables: { params: {}, state: {} }, data })) console.log(output); // [2, 4]
 */
export async function* predict<Out extends Tree>(options: PredictOptions<Out>): AsyncGenerator<Out, void, undefined> {
  const { model, variables, data } = options;
  const cut = options.batchSize === undefined ? {} : { batchSize: options.batchSize };
  const breathe = breather();
  for await (const batch of passOfEpoch(data, { symbol: 'predict', epoch: 0, ...cut })) {
    let output: Out | undefined;
    try {
      output = tf.tidy(() => model.apply(variables, batch.x, { training: false })[0]);
    } finally {
      disposeTree(batch, output);
    }
    yield output;
    await breathe();
  }
}
