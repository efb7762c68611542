import * as tf from '@tensorflow/tfjs-core';
import { disposeTree, type Layer, type Variables } from '@kumiko/core';
import type { Batch } from './batch.ts';
import type { BatchSource } from './batch-source.ts';
import { batchSize } from './internal/batch-size.ts';
import { breather } from './internal/breather.ts';
import { joinLoss } from './internal/join-loss.ts';
import { passOfEpoch } from './internal/pass-of-epoch.ts';
import { RunningLogs } from './internal/running-logs.ts';
import { updateMetric } from './internal/update-metric.ts';
import type { LossFunction, Metrics, WeightFunction } from './train-step.ts';

/** Options of {@link evaluate}. */
export interface EvaluateOptions<B extends Batch, M extends Metrics<B>> {
  readonly model: Layer;
  /** The model's parameters and state, for example a train state. */
  readonly variables: Variables;
  /** Batches, each disposed when it has been seen; or a record of tensors, which stay the caller's. */
  readonly data: BatchSource<B>;
  /** Samples in a batch where `data` is a record of tensors. Default: 32. */
  readonly batchSize?: number;
  /** Measured over all batches. Default: none. */
  readonly metrics?: M;
  /** Averaged over the samples. Default: none, and no `loss` in the result. */
  readonly loss?: LossFunction<B>;
  /** How much each sample counts in the loss of its batch; needs a loss for each sample. Default: all alike. */
  readonly weights?: WeightFunction<B>;
}

/** Results by name; tensors have become numbers and nested arrays. */
export type Evaluation<M extends Metrics<never>> = {
  readonly [name in keyof M]: M[name] extends { result(state: never): infer R } ? OnHost<Awaited<R>> : never;
} & { readonly loss?: number };

type OnHost<R> = R extends tf.Tensor ? Awaited<ReturnType<R['array']>> : R;

/**
 * Loss and metrics of a model over data, without training it: `training` is false, and neither variables nor state change.
 *
 * The loss is the mean over batches, weighed by their samples; each metric is merged over the batches, so how the data was cut does not matter.
 *
 * @param options model, variables, data; loss and metrics as wanted
 * @throws KumikoError when a metric runs into something that is missing
 * @example
 * const model: Layer = { name: 'same', init: (_key, output) => ({ params: {}, state: {}, output }), apply: ({ state }, x) => [x, { state }] };
 * const data = (async function* () {
 *   yield { x: tf.tensor1d([1, 2]), y: tf.tensor1d([1, 4]) };
 * })();
 * const { loss } = await evaluate({
 *   model,
 *   variables: { params: {}, state: {} },
 *   data,
 *   loss: (output, batch) => tf.mean(tf.squaredDifference(output, batch['y'] as tf.Tensor)),
 * });
 * loss; // 2
 */
export async function evaluate<B extends Batch, const M extends Metrics<B> = Metrics<B>>(
  options: EvaluateOptions<B, M>,
): Promise<Evaluation<M>> {
  const { model, variables, data, metrics = {} as M, loss, weights } = options;
  const cut = options.batchSize === undefined ? {} : { batchSize: options.batchSize };
  const running = new RunningLogs<B>(metrics);
  const breathe = breather();
  try {
    for await (const batch of passOfEpoch(data, { symbol: 'evaluate', epoch: 0, ...cut })) {
      try {
        const measured = tf.tidy(() => {
          const [output] = model.apply(variables, batch.x, { training: false });
          const seen = { output, batch };
          const states = Object.entries(metrics).map(
            ([name, metric]) => [name, updateMetric('evaluate', metric, metric.init(), seen)] as const,
          );
          const value = loss === undefined ? tf.scalar(0) : joinLoss('evaluate', loss(output as tf.Tensor, batch), batch, weights);
          return { loss: value, states: Object.fromEntries(states) };
        });
        const [value] = await measured.loss.data();
        measured.loss.dispose();
        running.add(value as number, batchSize(batch.x), measured.states);
      } finally {
        disposeTree(batch);
      }
      await breathe();
    }
    const { loss: mean, ...results } = await running.read();
    return (loss ? { loss: mean, ...results } : results) as Evaluation<M>;
  } finally {
    running.dispose();
  }
}
