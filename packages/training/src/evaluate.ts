import * as tf from '@tensorflow/tfjs-core';
import { disposeTree, type Layer, type Variables } from '@kumiko/core';
import type { Batch } from './batch.ts';
import { batchSize } from './internal/batch-size.ts';
import { breather } from './internal/breather.ts';
import { passOfEpoch } from './internal/pass-of-epoch.ts';
import { RunningLogs } from './internal/running-logs.ts';
import type { LossFunction, Metrics } from './train-step.ts';

/** Options of {@link evaluate}. */
export interface EvaluateOptions<B extends Batch, M extends Metrics<B>> {
  readonly model: Layer;
  /** The model's parameters and state, for example a train state. */
  readonly variables: Variables;
  /** Batches; each is disposed when it has been seen. */
  readonly data: AsyncIterable<B>;
  /** Measured over all batches. Default: none. */
  readonly metrics?: M;
  /** Averaged over the samples. Default: none, and no `loss` in the result. */
  readonly loss?: LossFunction<B>;
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
  const { model, variables, data, metrics = {} as M, loss } = options;
  const running = new RunningLogs<B>(metrics);
  const breathe = breather();
  try {
    for await (const batch of passOfEpoch(data, 0)) {
      try {
        const measured = tf.tidy(() => {
          const [output] = model.apply(variables, batch.x, { training: false });
          const states = Object.entries(metrics).map(([name, metric]) => [name, metric.update(metric.init(), { output, batch })] as const);
          return { loss: loss?.(output as tf.Tensor, batch) ?? tf.scalar(0), states: Object.fromEntries(states) };
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
