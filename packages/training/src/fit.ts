import { tidy } from '@tensorflow/tfjs-core';
import { check, disposeTree, KumikoError, type Tree } from '@kumiko/core';
import type { Batch } from './batch.ts';
import type { Callback, Logs } from './callback.ts';
import { evaluate } from './evaluate.ts';
import { batchSize } from './internal/batch-size.ts';
import { breather } from './internal/breather.ts';
import { passOfEpoch } from './internal/pass-of-epoch.ts';
import { RunningLogs } from './internal/running-logs.ts';
import { trainStep, type StepLogs, type Task, type TrainStep } from './train-step.ts';
import type { TrainState } from './train-state.ts';

/** Options of {@link fit}. */
export interface FitOptions<B extends Batch = Batch> extends Task<B> {
  /** Where to start, as `initTrainState` makes it. `fit` owns it from now on and disposes it. */
  readonly state: TrainState;
  /** Batches to learn from, iterated anew each epoch; a source with `pass(epoch)` is asked for that. Each batch is disposed. */
  readonly train: AsyncIterable<B>;
  /** How often to go through the training data, at least 1: the epochs run from `firstEpoch` to `epochs - 1`. */
  readonly epochs: number;
  /** Where to go on after a saved state. Default: 0. */
  readonly firstEpoch?: number;
  /** Evaluated after each epoch. Default: none. */
  readonly validation?: AsyncIterable<B>;
  /** Told of every batch and epoch, in order. Default: none. */
  readonly callbacks?: readonly Callback[];
  /** Batches in an epoch, for progress; counted in the first epoch if absent. */
  readonly batches?: number;
  /** Ends the run after the current batch; what has been learned is returned. */
  readonly signal?: AbortSignal;
  /** What a loss that is NaN or infinite does: `'throw'` (default) or `'ignore'`. */
  readonly nonFinite?: 'throw' | 'ignore';
  /** The step, for example a compiled one. Default: `trainStep` of this task. */
  readonly step?: TrainStep<B>;
}

/** An epoch as the history records it. */
export interface EpochRecord {
  /** From 0. */
  readonly epoch: number;
  /** Mean loss over the epoch, while the parameters changed, and each metric's result. */
  readonly train: Logs;
  /** The same after the epoch over the validation data. */
  readonly validation: Logs | undefined;
  /** Duration, validation included. */
  readonly seconds: number;
}

/** What {@link fit} returns. */
export interface FitResult {
  /** The state after the last batch; the caller disposes it. */
  readonly state: TrainState;
  readonly history: readonly EpochRecord[];
  /** Whether the signal or a callback ended the run before its last epoch was complete. */
  readonly stopped: boolean;
}

/**
 * Trains: a loop over epochs and batches around a pure step. It keeps each new state and disposes the one before, and the batches,
 * so a run of any length holds the same number of tensors.
 *
 * @param options task, state, training data and epochs are required
 * @returns the last state and a record an epoch; an epoch that was cut short has no record
 * @throws KumikoError when an option is out of range, an epoch has no batch, or the loss is not finite. The state is disposed then, so save it
 * in a callback if a run is long.
 * @example
 * import { cpu, selectBackend } from '@kumiko/backend';
 * await selectBackend([cpu()]);
 * const model: Layer = {
 *   name: 'scale',
 *   init: (_key, output) => ({ params: { w: tf.ones([]) }, state: {}, output }),
 *   apply: ({ params, state }, x) => [tf.mul(x as tf.Tensor, (params as { w: tf.Tensor }).w), { state }],
 * };
 * const optimizer: Transform = {
 *   name: 'descent',
 *   init: () => ({}),
 *   update: (grads, state) => [mapTree((grad: tf.Tensor) => tf.mul(grad, -0.25), grads), state],
 * };
 * const train = {
 *   async *[Symbol.asyncIterator]() {
 *     yield { x: tf.tensor1d([1]), y: tf.tensor1d([3]) };
 *   },
 * };
 * const { state, history } = await fit({
 *   model,
 *   optimizer,
 *   loss: (output, { y }) => tf.mean(tf.squaredDifference(output, y as tf.Tensor)),
 *   state: initTrainState({ model, optimizer, key: key(0), input: shapeOf([1]) }),
 *   train,
 *   epochs: 2,
 * });
 * state.params; // { w: 2.5 }
 * history.map((record) => record.train['loss']); // [4, 1]
 */
export async function fit<B extends Batch = Batch>(options: FitOptions<B>): Promise<FitResult> {
  const { epochs, firstEpoch = 0, train, validation, callbacks = [], signal, nonFinite = 'throw', metrics = {} } = options;
  checkOptions(epochs, firstEpoch, nonFinite);
  const step = options.step ?? trainStep(options);
  const history: EpochRecord[] = [];
  const breathe = breather();
  let { state, batches } = { batches: undefined as number | undefined, ...options };
  let stopped = signal?.aborted ?? false;
  const stop = (): void => {
    stopped = true;
  };

  /** One step: the new state is kept, the old one and the batch are disposed. */
  function advance(data: B): StepLogs {
    let kept: Tree = [];
    try {
      const [next, logs] = step(state, data);
      disposeTree(state, next);
      state = next;
      kept = next;
      return logs;
    } finally {
      disposeTree(data, kept);
    }
  }

  /** One epoch; whether it came to its end. */
  async function runEpoch(epoch: number): Promise<boolean> {
    const start = performance.now();
    const running = new RunningLogs<B>(metrics);
    const progress = (batch: number) => ({ epoch, epochs, batch, batches, samples: running.samples, elapsed: performance.now() - start });
    try {
      let batch = 0;
      for await (const data of passOfEpoch(train, epoch)) {
        const samples = batchSize(data.x);
        const logs = advance(data);
        batch++;
        const [loss] = (await logs.loss.data()) as Float32Array;
        logs.loss.dispose();
        running.add(loss as number, samples, logs.metrics);
        if (nonFinite === 'throw' && !Number.isFinite(loss)) throw nonFiniteLoss(loss as number, epoch, batch);
        for (const callback of callbacks) {
          await callback.onBatch?.({ ...progress(batch), loss: loss as number, logs: () => running.read(), stop });
        }
        await breathe();
        stopped ||= signal?.aborted ?? false;
        if (stopped) return false;
      }
      check(
        batch > 0,
        'fit',
        () =>
          `expected at least one batch an epoch, got none in epoch ${epoch}. Pass a source that can be iterated every epoch, not a generator.`,
      );
      batches = batch;
      const trained = await running.read();
      const validated = validation && (await validate(validation));
      history.push({ epoch, train: trained, validation: validated, seconds: (performance.now() - start) / 1000 });
      for (const callback of callbacks) {
        await callback.onEpoch?.({ ...progress(batch), state, train: trained, validation: validated, stop });
      }
      return true;
    } finally {
      running.dispose();
    }
  }

  /** Loss and metrics over the validation data, with the parameters that the optimizer evaluates with. */
  async function validate(data: AsyncIterable<B>): Promise<Logs> {
    const { model, loss, optimizer } = options;
    const params: Tree = tidy(() => optimizer.evalParams?.(state.params, state.optimizer) ?? state.params);
    try {
      return await evaluate({ model, loss, metrics, data, variables: { params, state: state.state } });
    } finally {
      disposeTree(params, state.params);
    }
  }

  try {
    let complete = !stopped;
    for (let epoch = firstEpoch; epoch < epochs && !stopped; epoch++) complete = await runEpoch(epoch);
    return { state, history, stopped: stopped && !(complete && history.at(-1)?.epoch === epochs - 1) };
  } catch (error) {
    disposeTree(state);
    throw error;
  } finally {
    for (const callback of callbacks) await callback.onEnd?.();
  }
}

function checkOptions(epochs: number, firstEpoch: number, nonFinite: string): void {
  check(
    Number.isInteger(epochs) && epochs >= 1,
    'fit',
    () => `expected epochs to be a whole number of at least 1, got ${epochs}. Pass for example 5.`,
  );
  check(
    Number.isInteger(firstEpoch) && firstEpoch >= 0 && firstEpoch < epochs,
    'fit',
    () => `expected firstEpoch in [0, ${epochs}), got ${firstEpoch}. Raise epochs, which counts those done before too.`,
  );
  check(
    nonFinite === 'throw' || nonFinite === 'ignore',
    'fit',
    () => `expected nonFinite 'throw' or 'ignore', got '${nonFinite}'. Choose one of them.`,
  );
}

function nonFiniteLoss(loss: number, epoch: number, batch: number): KumikoError {
  return new KumikoError(
    'fit',
    `expected a finite loss, got ${loss} at batch ${batch} of epoch ${epoch + 1}. Lower the learning rate, clip the gradients, or look for wrong labels and inputs that are not numbers; nonFinite: 'ignore' goes on regardless.`,
  );
}
