import { tidy } from '@tensorflow/tfjs-core';
import { check, disposeTree, KumikoError, uniqueNames, type Tree } from '@kumiko/core';
import type { Batch } from './batch.ts';
import type { BatchSource } from './batch-source.ts';
import type { Callback, Logs, Progress } from './callback.ts';
import { evaluate } from './evaluate.ts';
import { batchSize as sizeOf } from './internal/batch-size.ts';
import { breather } from './internal/breather.ts';
import { compiledStep } from './internal/compiled-step.ts';
import { namesOfFinite } from './internal/finite.ts';
import { toFixedSize } from './internal/fixed-size.ts';
import { passOfEpoch } from './internal/pass-of-epoch.ts';
import { RunningLogs } from './internal/running-logs.ts';
import type { RunPosition } from './run-position.ts';
import { trainStep, type StepLogs, type Task, type TrainStep } from './train-step.ts';
import type { TrainState } from './train-state.ts';

/** Options of {@link fit}. */
export interface FitOptions<B extends Batch = Batch> extends Task<B> {
  /** Where to start, as `initTrainState` makes it or a checkpoint keeps it. `fit` owns it from now on and disposes it. */
  readonly state: TrainState;
  /** Batches to learn from, asked for anew each epoch. Batches are disposed, except those cut from a record of tensors. */
  readonly train: BatchSource<B>;
  /** How often to go through the training data, at least 1: the epochs run from the first to `epochs - 1`. */
  readonly epochs: number;
  /** Epoch to go on in after a saved state. Default: 0. */
  readonly firstEpoch?: number;
  /** Where to go on within an epoch, as a checkpoint keeps it, instead of `firstEpoch`. `fit` owns its tensors. Default: at the start. */
  readonly position?: RunPosition;
  /** Evaluated after each epoch, as it is: without weights. Default: none. */
  readonly validation?: BatchSource<B>;
  /** Told of every batch and epoch, in order. Default: none. */
  readonly callbacks?: readonly Callback[];
  /** Batches in an epoch, for progress; counted in the first epoch if absent. */
  readonly batches?: number;
  /** Samples in a batch where `train` or `validation` is a record of tensors. Default: 32. */
  readonly batchSize?: number;
  /**
   * What becomes of batches that are smaller than the first, usually the last of an epoch: `'keep'` (default) takes them as they are, a new
   * shape to a compiled step; `'drop'` leaves them out; `'pad'` fills them up with samples that do not count, which needs a loss for each
   * sample. Metrics over the training data leave out a batch that was filled up.
   */
  readonly lastBatch?: 'keep' | 'drop' | 'pad';
  /** Ends the run after the current batch; what has been learned is returned. */
  readonly signal?: AbortSignal;
  /** What a loss (with `checkFinite`: any tensor) that is NaN or infinite does: `'throw'` (default) or `'ignore'`. */
  readonly nonFinite?: 'throw' | 'ignore';
  /**
   * Whether the step of this task runs as one compiled program where it can be one; where it cannot, a warning says why and training goes on
   * without. The first two batches of a shape are recorded. Default: true.
   */
  readonly compile?: boolean;
  /** A step of your own, which runs as it is. Default: `trainStep` of this task, compiled. */
  readonly step?: TrainStep<B>;
}

/** An epoch as the history records it. */
export interface EpochRecord {
  /** From 0. */
  readonly epoch: number;
  /** Mean loss over the epoch, while the parameters changed, each metric's result, and what callbacks add. */
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
  const { epochs, train, validation, callbacks = [], signal, nonFinite = 'throw', metrics = {}, lastBatch = 'keep', position } = options;
  const firstEpoch = position?.epoch ?? options.firstEpoch ?? 0;
  checkOptions({ ...options, firstEpoch, nonFinite, lastBatch });
  const cut = options.batchSize === undefined ? {} : { batchSize: options.batchSize };
  const plain = options.step ?? trainStep(options);
  const compiled = options.step === undefined && (options.compile ?? true) ? compiledStep(plain) : undefined;
  const step = compiled?.run ?? plain;
  const history: EpochRecord[] = [];
  const breathe = breather();
  const remembering = rememberingCallbacks(callbacks);
  let { state, batches } = { batches: undefined as number | undefined, ...options };
  let steps = position?.step ?? 0;
  let size = position?.batchSize;
  let resumed = position;
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

  const addedLogs = async (progress: Progress): Promise<Logs> => {
    const added: Record<string, unknown> = {};
    for (const callback of callbacks) Object.assign(added, await callback.addLogs?.({ ...progress, state }));
    return added;
  };

  /** One epoch; whether it came to its end. */
  async function runEpoch(epoch: number): Promise<boolean> {
    const start = performance.now();
    const running = new RunningLogs<B>(metrics, resumed);
    let batch = resumed?.batch ?? 0;
    resumed = undefined;
    const progress = (): Progress => {
      const { samples } = running;
      return { epoch, epochs, batch, batches, step: steps, samples, elapsed: performance.now() - start };
    };
    const positionAt = (at: { epoch: number; batch: number }, sums = running.sums): RunPosition => {
      const remembered = remembering.map(({ name, callback }) => [name, callback.save()] as const);
      return { ...at, step: steps, batchSize: size, ...sums, callbacks: Object.fromEntries(remembered) };
    };
    try {
      for await (const given of passOfEpoch(train, { symbol: 'fit', epoch, start: batch, ...cut })) {
        size ??= sizeOf(given.x);
        const sized = toFixedSize(given, size, lastBatch);
        if (sized === undefined) continue;
        const { data, samples } = sized;
        const named = options.checkFinite ? namesOfFinite(data, state.params) : [];
        const full = samples === sizeOf(data.x);
        const { loss: scalar, metrics: states, finite } = advance(data);
        batch++;
        steps++;
        try {
          const [value] = (await scalar.data()) as Float32Array;
          const loss = value as number;
          running.add(loss, samples, full ? states : undefined);
          const bad = finite ? Array.from(await finite.data()).indexOf(0) : -1;
          if (nonFinite === 'throw' && (bad >= 0 || !Number.isFinite(loss))) throw nonFiniteLoss(loss, epoch, batch, named[bad]);
          for (const callback of callbacks) {
            await callback.onBatch?.({
              ...progress(),
              state,
              loss,
              logs: async () => ({ ...(await running.read()), ...(await addedLogs(progress())) }),
              position: () => positionAt({ epoch, batch }),
              stop,
            });
          }
        } finally {
          disposeTree([scalar, finite ?? [], full ? [] : states]);
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
      const trained: Logs = { ...(await running.read()), ...(await addedLogs(progress())) };
      const validated = validation && (await validate(validation));
      history.push({ epoch, train: trained, validation: validated, seconds: (performance.now() - start) / 1000 });
      for (const callback of [...remembering.map((one) => one.callback), ...callbacks.filter((one) => !remembers(one))]) {
        await callback.onEpoch?.({
          ...progress(),
          state,
          train: trained,
          validation: validated,
          position: () => positionAt({ epoch: epoch + 1, batch: 0 }, { lossSum: 0, samples: 0, metrics: {} }),
          replace(other) {
            disposeTree(state, other);
            state = other;
          },
          stop,
        });
      }
      return true;
    } finally {
      running.dispose();
    }
  }

  /** Loss and metrics over the validation data, with the parameters that the optimizer evaluates with. */
  async function validate(data: BatchSource<B>): Promise<Logs> {
    const { model, loss, optimizer } = options;
    const params: Tree = tidy(() => optimizer.evalParams?.(state.params, state.optimizer) ?? state.params);
    try {
      return await evaluate({ model, loss, metrics, data, variables: { params, state: state.state }, ...cut });
    } finally {
      disposeTree(params, state.params);
    }
  }

  try {
    for (const [name, remembered] of Object.entries(position?.callbacks ?? {})) {
      const found = remembering.find((one) => one.name === name);
      if (found === undefined) disposeTree(remembered.tensors);
      else found.callback.load(remembered, stop);
    }
    let complete = !stopped;
    for (let epoch = firstEpoch; epoch < epochs && !stopped; epoch++) complete = await runEpoch(epoch);
    return { state, history, stopped: stopped && !(complete && history.at(-1)?.epoch === epochs - 1) };
  } catch (error) {
    disposeTree(state);
    throw error;
  } finally {
    compiled?.dispose();
    if (resumed !== undefined) disposeTree(resumed.metrics);
    for (const callback of callbacks) await callback.onEnd?.();
  }
}

type Remembering = Callback & Required<Pick<Callback, 'save' | 'load'>>;

function remembers(callback: Callback): callback is Remembering {
  return callback.save !== undefined && callback.load !== undefined;
}

/** Callbacks whose memory is saved, by name. */
function rememberingCallbacks(callbacks: readonly Callback[]): { name: string; callback: Remembering }[] {
  const found = callbacks.filter(remembers);
  const names = uniqueNames(found.map(({ name = 'callback' }) => name));
  return found.map((callback, i) => ({ name: names[i] as string, callback }));
}

type Checked = Required<Pick<FitOptions, 'epochs' | 'firstEpoch' | 'nonFinite' | 'lastBatch'>> & Pick<FitOptions, 'position'>;

function checkOptions({ epochs, firstEpoch, nonFinite, lastBatch, position }: Checked): void {
  check(
    Number.isInteger(epochs) && epochs >= 1,
    'fit',
    () => `expected epochs to be a whole number of at least 1, got ${epochs}. Pass for example 5.`,
  );
  // A run that was saved at its very end has nothing left to do.
  check(
    Number.isInteger(firstEpoch) && firstEpoch >= 0 && (firstEpoch < epochs || (position !== undefined && firstEpoch === epochs)),
    'fit',
    () => `expected firstEpoch in [0, ${epochs}), got ${firstEpoch}. Raise epochs, which counts those done before too.`,
  );
  check(
    nonFinite === 'throw' || nonFinite === 'ignore',
    'fit',
    () => `expected nonFinite 'throw' or 'ignore', got '${nonFinite}'. Choose one of them.`,
  );
  check(
    ['keep', 'drop', 'pad'].includes(lastBatch),
    'fit',
    () => `expected lastBatch 'keep', 'drop' or 'pad', got '${lastBatch}'. Choose one of them.`,
  );
}

function nonFiniteLoss(loss: number, epoch: number, batch: number, first: string | undefined): KumikoError {
  const expected =
    first === undefined ? `expected a finite loss, got ${loss}` : `expected finite numbers, got NaN or infinity first in ${first}`;
  return new KumikoError(
    'fit',
    `${expected} at batch ${batch} of epoch ${epoch + 1}. Lower the learning rate, clip the gradients, or look for wrong labels and inputs that are not numbers${first === undefined ? '; checkFinite: true names the first tensor' : ''}; nonFinite: 'ignore' goes on regardless.`,
  );
}
