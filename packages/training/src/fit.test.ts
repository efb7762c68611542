import * as tf from '@tensorflow/tfjs-core';
import { afterEach, assert, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { disposeTree, key, leaves, mapTree, shapeOf, type Layer, type Metric, type Transform } from '@kumiko/core';
import type { BatchEvent, EpochEvent } from './callback.ts';
import { evaluate } from './evaluate.ts';
import { fit, type FitOptions } from './fit.ts';
import { metricOn } from './metric-on.ts';
import { predict } from './predict.ts';
import { initTrainState, type TrainState } from './train-state.ts';
import { trainStep } from './train-step.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`expected no tensors left behind, got ${left}`);
});

type LinearParams = { readonly w: tf.Tensor; readonly b: tf.Tensor };
type Pairs = { readonly x: tf.Tensor; readonly y: tf.Tensor };

/** y = w x + b, from w = 1, b = 0. Counts its training calls in its state and hands out its key. */
const keys: number[][] = [];
const linear: Layer<tf.Tensor, tf.Tensor> = {
  name: 'linear',
  init: (_key, output) => ({ params: { w: tf.scalar(1), b: tf.scalar(0) }, state: { calls: tf.scalar(0) }, output }),
  apply({ params, state }, x, { training, key: stepKey }) {
    const { w, b } = params as LinearParams;
    const { calls } = state as { calls: tf.Tensor };
    if (stepKey && !('words' in stepKey)) keys.push([...stepKey.dataSync()]);
    return [tf.add(tf.mul(x, w), b), { state: { calls: training ? tf.add(calls, 1) : calls } }];
  },
};

const descent = (rate: number): Transform => ({
  name: 'descent',
  init: () => ({ step: tf.scalar(0, 'int32') }),
  update: (grads, state) => [
    mapTree((grad: tf.Tensor) => tf.mul(grad, -rate), grads),
    { step: tf.add((state as { step: tf.Tensor }).step, tf.scalar(1, 'int32')) },
  ],
});

const squared = (output: tf.Tensor, { y }: Pairs): tf.Scalar => tf.mean(tf.squaredDifference(output, y));

/** Mean of the absolute errors, of any number of batches. */
const absoluteError: Metric<{ sum: tf.Tensor; count: tf.Tensor }, { output: tf.Tensor; y: tf.Tensor }, tf.Scalar> = {
  name: 'absoluteError',
  init: () => ({ sum: tf.scalar(0), count: tf.scalar(0) }),
  update: ({ sum, count }, { output, y }) => ({ sum: tf.add(sum, tf.sum(tf.abs(tf.sub(output, y)))), count: tf.add(count, y.size) }),
  merge: (a, b) => ({ sum: tf.add(a.sum, b.sum), count: tf.add(a.count, b.count) }),
  result: ({ sum, count }) => tf.div(sum, count),
};
const metrics = {
  absoluteError: metricOn(absoluteError, ({ output, batch }: { output: unknown; batch: Pairs }) => ({
    output: output as tf.Tensor,
    y: batch.y,
  })),
};

/** Pairs of y = 2 x + 1 in batches of these sizes, x counted from 1. */
function pairs(...sizes: number[]): AsyncIterable<Pairs> {
  return {
    async *[Symbol.asyncIterator]() {
      let x = 0;
      for (const size of sizes) {
        const xs = Array.from({ length: size }, () => ++x);
        yield { x: tf.tensor1d(xs), y: tf.tensor1d(xs.map((v) => 2 * v + 1)) };
      }
    },
  };
}

function options(changes: Partial<FitOptions<Pairs>> = {}): FitOptions<Pairs> {
  const optimizer = changes.optimizer ?? descent(0.01);
  const state = changes.state ?? initTrainState({ model: linear, optimizer, key: key(0), input: shapeOf([1]) });
  return { model: linear, loss: squared, optimizer, metrics, state, train: pairs(2, 2), epochs: 1, ...changes };
}

const numbers = (state: TrainState): number[] =>
  leaves<tf.Tensor>([state.params, state.state, state.optimizer]).flatMap((leaf) => Array.from(leaf.dataSync()));

describe('trainStep', () => {
  test('one step by hand', () => {
    // x = [1 2], y = [3 5], w = 1, b = 0: errors -2 and -3, loss (4 + 9) / 2 = 6.5.
    // dw = 2 * (-2*1 - 3*2) / 2 = -8, db = 2 * (-2 - 3) / 2 = -5; rate 0.01: w = 1.08, b = 0.05.
    const optimizer = descent(0.01);
    const state = initTrainState({ model: linear, optimizer, key: key(0), input: shapeOf([1]) });
    const batch = { x: tf.tensor1d([1, 2]), y: tf.tensor1d([3, 5]) };
    const step = trainStep<Pairs>({ model: linear, loss: squared, optimizer, metrics });
    const [next, logs] = step(state, batch);
    expect(logs.loss.dataSync()[0]).toBe(6.5);
    expect((logs.metrics['absoluteError'] as { sum: tf.Tensor }).sum.dataSync()[0]).toBe(5);
    const [w, b, calls, steps] = numbers(next);
    expect([w, b].map((value) => value?.toFixed(6))).toEqual(['1.080000', '0.050000']);
    expect([calls, steps]).toEqual([1, 1]);

    const [again, logsAgain] = step(state, batch);
    expect(numbers(again)).toEqual(numbers(next));
    const given = new Set(leaves<tf.Tensor>([state, batch]));
    for (const leaf of given) expect(leaf.isDisposed).toBe(false);
    for (const leaf of leaves<tf.Tensor>(next)) expect(given.has(leaf)).toBe(false);
    disposeTree([state, next, again, batch, logs, logsAgain]);
  });

  test('leaves nothing behind in a tidy', () => {
    const { state, ...task } = options();
    const batch = { x: tf.tensor1d([1]), y: tf.tensor1d([3]) };
    const inside = tf.memory().numTensors;
    tf.tidy(() => {
      trainStep(task)(state, batch);
    });
    expect(tf.memory().numTensors).toBe(inside);
    disposeTree([state, batch]);
  });

  test('a parameter without influence stays', async () => {
    const model: Layer = { ...linear, apply: ({ params, state }, x) => [tf.mul(x as tf.Tensor, (params as LinearParams).w), { state }] };
    const { state } = await fit(options({ model }));
    expect((state.params as LinearParams).b.dataSync()[0]).toBe(0);
    expect((state.params as LinearParams).w.dataSync()[0]).not.toBe(1);
    disposeTree(state);
  });

  test('every step has its own key', async () => {
    keys.length = 0;
    disposeTree((await fit(options({ epochs: 2 }))).state);
    expect(keys).toHaveLength(4);
    expect(new Set(keys.map(String)).size).toBe(4);
  });

  test('refuses a loss that is neither a scalar nor of each sample, and a model that has nothing to learn', async () => {
    await expect(fit(options({ loss: (output) => tf.concat([output, output]) }))).rejects.toThrow(
      'trainStep: expected the loss to be a scalar or of each sample [2,...], got a tensor [4]. ',
    );
    const model: Layer = {
      name: 'fixed',
      init: (_key, output) => ({ params: {}, state: {}, output }),
      apply: ({ state }, x) => [x, { state }],
    };
    const optimizer = descent(1);
    const state = initTrainState({ model, optimizer, key: key(0), input: shapeOf([1]) });
    await expect(fit(options({ model, optimizer, state }))).rejects.toThrow(
      "trainStep: expected a model with parameters, got none from 'fixed'. ",
    );
  });
});

describe('fit', () => {
  test('records the mean loss over samples and the merged metrics', async () => {
    // Rate 0: w = 1, b = 0 throughout. Errors of x = 1..3 are 2, 3, 4: loss (4 + 9 + 16) / 3, absolute error 3. Validation x = 1: 4 and 2.
    const optimizer = descent(0);
    const { state, history, stopped } = await fit(options({ optimizer, train: pairs(2, 1), validation: pairs(1), epochs: 2 }));
    expect(history.map(({ epoch }) => epoch)).toEqual([0, 1]);
    for (const { train, validation, seconds } of history) {
      expect(train['loss']).toBeCloseTo(29 / 3, 5);
      expect(train['absoluteError']).toBeCloseTo(3, 6);
      expect(validation).toEqual({ loss: 4, absoluteError: 2 });
      expect(seconds).toBeGreaterThan(0);
    }
    expect(stopped).toBe(false);
    // State is updated in training only: 2 batches in each of 2 epochs.
    expect(numbers(state).slice(2)).toEqual([4, 4]);
    disposeTree(state);
  });

  test('learns, and resumes to the bit', async () => {
    const through = await fit(options({ epochs: 40, train: pairs(2, 2, 2) }));
    const first = await fit(options({ epochs: 15, train: pairs(2, 2, 2) }));
    const { state, history } = await fit(options({ state: first.state, firstEpoch: 15, epochs: 40, train: pairs(2, 2, 2) }));
    expect(numbers(state)).toEqual(numbers(through.state));
    expect(history).toHaveLength(25);
    expect(through.history.at(-1)?.train['loss']).toBeLessThan(0.2);
    disposeTree([state, through.state]);
  });

  test('asks a source for the pass of each epoch', async () => {
    const passes: number[] = [];
    const train = Object.assign(pairs(1), { pass: (epoch: number) => (passes.push(epoch), pairs(1)) });
    disposeTree((await fit(options({ train, firstEpoch: 1, epochs: 3 }))).state);
    expect(passes).toEqual([1, 2]);
  });

  test('tells callbacks of batches and epochs, in order', async () => {
    const seen: string[] = [];
    const losses: unknown[] = [];
    const callback = {
      async onBatch({ epoch, batch, batches, samples, loss, logs }: BatchEvent) {
        seen.push(`${epoch}:${batch}/${batches} ${samples}`);
        losses.push([loss, (await logs())['loss']]);
      },
      onEpoch({ epoch, train, validation, state }: EpochEvent) {
        seen.push(`epoch ${epoch} ${Object.keys(train).join()} ${validation === undefined} ${Object.keys(state).join()}`);
      },
      onEnd: () => void seen.push('end'),
    };
    disposeTree((await fit(options({ optimizer: descent(0), train: pairs(2, 1), epochs: 2, callbacks: [callback] }))).state);
    const epoch = (i: number): string => `epoch ${i} loss,absoluteError true params,state,optimizer,key`;
    expect(seen).toEqual(['0:1/undefined 2', '0:2/undefined 3', epoch(0), '1:1/2 2', '1:2/2 3', epoch(1), 'end']);
    // Batch losses (4 + 9) / 2 and 16; the mean over samples is 29 / 3 after the second.
    expect(losses[0]).toEqual([6.5, 6.5]);
    expect((losses[1] as number[])[0]).toBe(16);
    expect((losses[1] as number[])[1]).toBeCloseTo(29 / 3, 5);
  });

  test('stops for a signal, before the first batch or between two, and for a callback', async () => {
    const controller = new AbortController();
    const batches: number[] = [];
    const abort = { onBatch: ({ batch }: BatchEvent) => (batches.push(batch), batch === 2 && controller.abort(), undefined) };
    const aborted = await fit(options({ train: pairs(1, 1, 1, 1), epochs: 3, callbacks: [abort], signal: controller.signal }));
    expect([batches, aborted.history, aborted.stopped]).toEqual([[1, 2], [], true]);
    expect(numbers(aborted.state)[2]).toBe(2);
    const untouched = await fit(options({ signal: AbortSignal.abort() }));
    expect([numbers(untouched.state)[2], untouched.stopped]).toEqual([0, true]);
    const early = await fit(
      options({ epochs: 9, callbacks: [{ onEpoch: ({ epoch, stop }: EpochEvent) => void (epoch === 1 && stop()) }] }),
    );
    expect([early.history.length, early.stopped]).toEqual([2, true]);
    disposeTree([aborted.state, untouched.state, early.state]);
  });

  test('lets timers run', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const slow = { onBatch: () => new Promise<void>((resolve) => (busy(15), resolve())) };
    disposeTree(
      (await fit(options({ train: pairs(...Array.from({ length: 20 }, () => 1)), optimizer: descent(0), callbacks: [slow] }))).state,
    );
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });

  test('refuses a loss that is not finite, unless told otherwise', async () => {
    let ended = false;
    const diverging = { optimizer: descent(1e20), train: pairs(2, 2, 2), epochs: 2 };
    await expect(fit(options({ ...diverging, callbacks: [{ onEnd: () => void (ended = true) }] }))).rejects.toThrow(
      /^fit: expected a finite loss, got (NaN|Infinity) at batch 2 of epoch 1\. Lower the learning rate/,
    );
    expect(ended).toBe(true);
    const { state, history } = await fit(options({ ...diverging, nonFinite: 'ignore' }));
    expect(history).toHaveLength(2);
    disposeTree(state);
  });

  test('disposes everything when the step, the data, a metric or a callback throws', async () => {
    const fail = (): never => {
      throw new Error('out of order');
    };
    const broken = {
      async *[Symbol.asyncIterator]() {
        yield* pairs(1);
        fail();
      },
    };
    for (const changes of [
      { loss: fail },
      { train: broken },
      { validation: broken },
      { metrics: { broken: { ...metrics.absoluteError, update: fail } } },
      { callbacks: [{ onBatch: fail }] },
      { callbacks: [{ onEpoch: fail }] },
    ]) {
      await expect(fit(options(changes))).rejects.toThrow('out of order');
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  test('validates with what the optimizer evaluates with', async () => {
    const optimizer: Transform = { ...descent(0), evalParams: (params) => mapTree((leaf: tf.Tensor) => tf.mul(leaf, 3), params) };
    // w = 3: the error of x = 1, y = 3 is 0.
    const { state, history } = await fit(options({ optimizer, validation: pairs(1) }));
    expect(history[0]?.validation).toEqual({ loss: 0, absoluteError: 0 });
    disposeTree(state);
  });

  test('says what is wrong with an option', async () => {
    const state = options().state;
    const start = (changes: Partial<FitOptions<Pairs>>) => fit(options({ state, ...changes }));
    await expect(start({ epochs: 0 })).rejects.toThrow('fit: expected epochs to be a whole number of at least 1, got 0. ');
    await expect(start({ firstEpoch: 1 })).rejects.toThrow('fit: expected firstEpoch in [0, 1), got 1. ');
    await expect(start({ nonFinite: 'skip' as 'throw' })).rejects.toThrow("fit: expected nonFinite 'throw' or 'ignore', got 'skip'. ");
    await expect(start({ train: pairs() })).rejects.toThrow('fit: expected at least one batch an epoch, got none in epoch 0. ');
  });

  test('holds the same number of tensors after 10 and after 1,000 steps', async () => {
    const counts: number[] = [];
    const watch = { onBatch: () => void counts.push(tf.memory().numTensors) };
    const train = pairs(...Array.from({ length: 1000 }, () => 2));
    const { state } = await fit(options({ optimizer: descent(0), train, callbacks: [watch] }));
    expect(counts).toHaveLength(1000);
    expect(counts[999]).toBe(counts[9]);
    disposeTree(state);
  });
});

describe('evaluate and predict', () => {
  const variables = () => ({ params: { w: tf.scalar(2), b: tf.scalar(0) }, state: { calls: tf.scalar(0) } });

  test('evaluate merges metrics over batches, and leaves the loss out when there is none', async () => {
    const model = linear;
    const held = variables();
    // y = 2 x + 1 against 2 x: every error is 1.
    expect(await evaluate({ model, variables: held, data: pairs(3, 1), metrics, loss: squared })).toEqual({ loss: 1, absoluteError: 1 });
    const { absoluteError } = await evaluate({ model, variables: held, data: pairs(2), metrics });
    expect(absoluteError satisfies number).toBe(1);
    expect(await evaluate({ model, variables: held, data: pairs(2) })).toEqual({});
    disposeTree(held);
  });

  test('evaluate reads tensors of any rank to the host', async () => {
    const held = variables();
    const outputs: Metric<tf.Tensor1D, { output: unknown }, tf.Tensor1D> = {
      name: 'outputs',
      init: () => tf.tensor1d([]),
      update: (state, { output }) => tf.concat([state, output as tf.Tensor1D]),
      merge: (a, b) => tf.concat([a, b]),
      result: (state) => tf.clone(state),
    };
    const { all } = await evaluate({ model: linear, variables: held, data: pairs(2, 1), metrics: { all: outputs } });
    expect(all satisfies number[]).toEqual([2, 4, 6]);
    disposeTree(held);
  });

  test('says what a metric was given where something is missing', async () => {
    const held = variables();
    const count: Metric<tf.Scalar, { labels: tf.Tensor }, tf.Scalar> = {
      name: 'count',
      init: () => tf.scalar(0),
      update: (state, { labels }) => tf.add(state, labels.size),
      merge: (a, b) => tf.add(a, b),
      result: (state) => tf.clone(state),
    };
    const of = (metric: object) => evaluate({ model: linear, variables: held, data: pairs(2), metrics: { metric } as never });
    const select = ({ output, batch }: { output: unknown; batch: unknown }) => ({
      output: output as tf.Tensor,
      labels: (batch as { label: tf.Tensor }).label,
    });
    await expect(of(metricOn(count, select as never))).rejects.toThrow(
      "metricOn: expected what the metric 'count' measures, got { output: float32 [2], labels: undefined }: Cannot read properties of undefined (reading 'size'). Pick it from the model's output and the batch: metricOn(metric, ({ output, batch }) => ({ predictions: output, labels: batch.y })).",
    );
    await expect(of(count)).rejects.toThrow(
      "evaluate: expected what the metric 'count' measures, got { output: float32 [2], batch: { x: float32 [2], y: float32 [2] } }: ",
    );
    await expect(fit(options({ metrics: { count: count as never } }))).rejects.toThrow(
      "trainStep: expected what the metric 'count' measures, got { output: float32 [2], batch: { x: float32 [2], y: float32 [2] } }: ",
    );
    // tfjs' own words for a tensor that is missing.
    const missing = metricOn(absoluteError, (({ output }: { output: tf.Tensor }) => ({ output, y: undefined })) as never);
    await expect(of(missing)).rejects.toThrow("got { output: float32 [2], y: undefined }: Argument 'b' passed to 'sub' must be a Tensor");
    const failing = metricOn({ ...count, update: () => assert.fail('no') }, () => ({ labels: tf.scalar(1) }));
    await expect(of(failing)).rejects.toThrow(/^no$/);
    disposeTree(held);
  });

  test('neither trains', async () => {
    const seen: boolean[] = [];
    const model: Layer<tf.Tensor, tf.Tensor> = {
      ...linear,
      apply: (held, x, context) => (seen.push(context.training), linear.apply(held, x, context)),
    };
    const held = variables();
    await evaluate({ model, variables: held, data: pairs(1) });
    for await (const output of predict({ model, variables: held, data: pairs(1) })) output.dispose();
    expect(seen).toEqual([false, false]);
    disposeTree(held);
  });

  test('predict gives the output of each batch, also when left early', async () => {
    const held = variables();
    const outputs: number[][] = [];
    for await (const output of predict({ model: linear, variables: held, data: pairs(2, 1) })) {
      outputs.push([...output.dataSync()]);
      output.dispose();
    }
    expect(outputs).toEqual([[2, 4], [6]]);
    for await (const output of predict({ model: linear, variables: held, data: pairs(1, 1) })) {
      output.dispose();
      break;
    }
    disposeTree(held);
  });
});

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
