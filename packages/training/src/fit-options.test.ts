import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { disposeTree, key, mapTree, shapeOf, type Layer, type Metric, type Transform } from '@kumiko/core';
import { batch as batches, fromArrays } from '@kumiko/data';
import { adamw, chain, clipByGlobalNorm, ema, multiSteps, sgd } from '@kumiko/optimizers';
import type { BatchSource } from './batch-source.ts';
import { classWeights } from './class-weights.ts';
import { evaluate } from './evaluate.ts';
import { fit, type FitOptions } from './fit.ts';
import { learningRateLog } from './learning-rate-log.ts';
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

type Params = { readonly w: tf.Tensor; readonly b: tf.Tensor };
type Pairs = { readonly x: tf.Tensor; readonly y: tf.Tensor };

/** y = w x + b, from w = 1, b = 0. */
const linear: Layer<tf.Tensor, tf.Tensor> = {
  name: 'linear',
  init: (_key, output) => ({ params: { w: tf.scalar(1), b: tf.scalar(0) }, state: {}, output }),
  apply: ({ params, state }, x) => [tf.add(tf.mul(x, (params as Params).w), (params as Params).b), { state }],
};
const squares = (output: tf.Tensor, { y }: Pairs): tf.Tensor => tf.squaredDifference(output, y);

function* pairs(...sizes: number[]): Generator<Pairs> {
  let x = 0;
  for (const size of sizes) {
    const xs = Array.from({ length: size }, () => ++x);
    yield { x: tf.tensor1d(xs), y: tf.tensor1d(xs.map((v) => 2 * v + 1)) };
  }
}

function options(changes: Partial<FitOptions<Pairs>> = {}): FitOptions<Pairs> {
  const optimizer = changes.optimizer ?? sgd({ learningRate: 0.01 });
  const state = changes.state ?? initTrainState({ model: changes.model ?? linear, optimizer, key: key(0), input: shapeOf([1]) });
  return { model: linear, loss: squares, optimizer, state, train: () => pairs(2, 2), epochs: 1, ...changes };
}

async function trained(changes: Partial<FitOptions<Pairs>> = {}): Promise<{ w: number; b: number; losses: unknown[] }> {
  const { state, history } = await fit(options(changes));
  const [w, b] = ['w', 'b'].map((name) => (state.params as Record<string, tf.Tensor>)[name]?.dataSync()[0] as number) as [number, number];
  disposeTree(state);
  return { w, b, losses: history.map(({ train }) => train['loss']) };
}

describe('weights', () => {
  test('weigh the losses of samples, by hand', async () => {
    // x = [1 2], y = [3 5]: losses 4 and 9, errors -2 and -3. Weights 1 and 3: loss (4 + 27) / 4, dw = 2 (-2 * 1 - 3 * 3 * 2) / 4 = -10,
    // db = 2 (-2 - 9) / 4 = -5.5; rate 0.01.
    const weights = classWeights<Pairs>([1, 3], ({ x }) => tf.sub(tf.cast(x, 'int32'), tf.scalar(1, 'int32')));
    const { w, b, losses } = await trained({ weights, train: () => pairs(2) });
    expect(losses).toEqual([7.75]);
    expect([w, b].map((value) => value.toFixed(5))).toEqual(['1.10000', '0.05500']);
  });

  test('a loss of each sample is averaged over its axes, then over the samples', async () => {
    const scalar = await trained({ loss: (output, batch) => tf.mean(squares(output, batch)) });
    const each = await trained({ loss: (output, batch) => tf.tile(tf.reshape(squares(output, batch), [-1, 1]), [1, 3]) });
    expect(each.w).toBeCloseTo(scalar.w, 6);
    expect(each.losses[0]).toBeCloseTo(scalar.losses[0] as number, 6);
  });

  test('a sample of weight 0 does not count even when its loss is infinite', async () => {
    const weights = ({ x }: Pairs): tf.Tensor => tf.cast(tf.less(x, 2), 'float32');
    const loss = (output: tf.Tensor, batch: Pairs): tf.Tensor =>
      tf.where(tf.less(batch.x, 2), squares(output, batch), tf.fill(output.shape, Infinity));
    expect((await trained({ weights, loss, train: () => pairs(2) })).losses).toEqual([4]);
    expect((await trained({ weights: ({ x }) => tf.zerosLike(x), train: () => pairs(2) })).losses).toEqual([0]);
  });

  test('evaluate weighs as well', async () => {
    const variables = { params: { w: tf.scalar(1), b: tf.scalar(0) }, state: {} };
    const weights = ({ x }: Pairs): tf.Tensor => tf.sub(tf.mul(x, 2), 1);
    expect(await evaluate({ model: linear, variables, data: pairs(2), loss: squares, weights })).toEqual({ loss: 7.75 });
    disposeTree(variables);
  });

  test('refuse what does not fit', async () => {
    const scalar = (output: tf.Tensor, batch: Pairs): tf.Tensor => tf.mean(squares(output, batch));
    await expect(trained({ loss: scalar, weights: ({ x }) => x })).rejects.toThrow(
      "trainStep: expected a loss of each sample [2] to weigh, got a scalar. Return losses that are not reduced, with reduction: 'none'.",
    );
    await expect(trained({ weights: () => tf.ones([3]) })).rejects.toThrow('expected a weight for each sample [2], got [3].');
    await expect(trained({ weights: () => tf.ones([2, 1]) })).rejects.toThrow(
      'trainStep: expected a weight for each sample [2], got [2,1]. Return a tensor of that shape.',
    );
    expect(() => classWeights([], () => tf.scalar(0))).toThrow('classWeights: expected a weight of at least 0 for each class, got []. ');
    expect(() => classWeights([1, -1], () => tf.scalar(0))).toThrow('got [1, -1]. Pass for example [1, 5].');
  });
});

describe('frozen', () => {
  test('parameters keep their bits, also under weight decay and averages, and clipping does not see them', async () => {
    const optimizer = adamw({ learningRate: 0.1, weightDecay: 0.5 });
    const { w, b } = await trained({ optimizer, frozen: ['w'], epochs: 3 });
    expect(w).toBe(1);
    expect(b).toBeGreaterThan(0.1);
    // The gradient (-8, -5) of the first batch: with w frozen the norm is 5, and the clipped step 0.01 * 1.
    const clipped = chain([clipByGlobalNorm(1), sgd({ learningRate: 0.01 })]);
    expect((await trained({ optimizer: clipped, frozen: [/^w$/g], train: () => pairs(2) })).b).toBeCloseTo(0.01, 7);
  });

  test('patterns are globs of paths or regular expressions', async () => {
    const names: Record<string, boolean> = {};
    const tree = { encoder: { 0: { kernel: 1 }, norm: 1 }, head: { kernel: 1 } };
    const model: Layer<tf.Tensor, tf.Tensor> = {
      name: 'deep',
      init: (_key, output) => ({ params: mapTree(() => tf.scalar(1), tree), state: {}, output }),
      apply: ({ params, state }, x) => {
        const p = params as { encoder: { 0: { kernel: tf.Tensor }; norm: tf.Tensor }; head: { kernel: tf.Tensor } };
        return [tf.mul(tf.mul(tf.mul(x, p.encoder[0].kernel), p.encoder.norm), p.head.kernel), { state }];
      },
    };
    const moved = async (frozen: (string | RegExp)[]): Promise<string[]> => {
      const { state } = await fit(options({ model, frozen, train: () => pairs(1) }));
      const p = state.params as { encoder: { 0: { kernel: tf.Tensor }; norm: tf.Tensor }; head: { kernel: tf.Tensor } };
      Object.assign(names, { 'encoder/0/kernel': p.encoder[0].kernel.dataSync()[0] !== 1 });
      Object.assign(names, { 'encoder/norm': p.encoder.norm.dataSync()[0] !== 1, 'head/kernel': p.head.kernel.dataSync()[0] !== 1 });
      disposeTree(state);
      return Object.keys(names).filter((name) => names[name]);
    };
    expect(await moved(['encoder/**'])).toEqual(['head/kernel']);
    expect(await moved(['encoder/*'])).toEqual(['encoder/0/kernel', 'head/kernel']);
    expect(await moved(['**/kernel'])).toEqual(['encoder/norm']);
    expect(await moved([/NORM/i, '*/k*l'])).toEqual(['encoder/0/kernel']);
  });

  test('refuse patterns that fit nothing, or everything', async () => {
    await expect(trained({ frozen: ['encoder/*'] })).rejects.toThrow(
      "trainStep: expected patterns that fit a parameter, got 'encoder/*' beside w, b. Spell a path of the parameters.",
    );
    await expect(trained({ frozen: ['*'] })).rejects.toThrow(
      'trainStep: expected parameters that learn, got all 2 frozen. Take a pattern out of frozen.',
    );
  });
});

describe('lastBatch', () => {
  /** The shapes that steps get. */
  async function shapes(
    lastBatch: 'keep' | 'drop' | 'pad',
    sizes: number[],
  ): Promise<{ shapes: number[][]; w: number; losses: unknown[] }> {
    const seen: number[][] = [];
    const inner = trainStep<Pairs>({ model: linear, loss: squares, optimizer: sgd({ learningRate: 0.01 }) });
    const step: typeof inner = (state, batch) => (
      seen.push(batch.x.constructor === Array ? [] : (batch.x as tf.Tensor).shape),
      inner(state, batch)
    );
    const { w, losses } = await trained({ lastBatch, step, train: () => pairs(...sizes), epochs: 2 });
    return { shapes: seen, w, losses };
  }

  test('is kept, dropped, or filled up with samples that do not count', async () => {
    const kept = await shapes('keep', [3, 3, 2]);
    expect(kept.shapes).toEqual([[3], [3], [2], [3], [3], [2]]);
    const padded = await shapes('pad', [3, 3, 2]);
    expect(padded.shapes).toEqual([[3], [3], [3], [3], [3], [3]]);
    expect(padded.w).toBeCloseTo(kept.w, 5);
    for (const [i, loss] of padded.losses.entries()) expect(loss).toBeCloseTo(kept.losses[i] as number, 4);
    const dropped = await shapes('drop', [3, 3, 1]);
    expect(dropped.shapes).toEqual([[3], [3], [3], [3]]);
    expect(dropped.w).toBeCloseTo((await shapes('keep', [3, 3])).w, 7);
  });

  test('metrics over the training data leave out what was filled up', async () => {
    const count: Metric<tf.Tensor, { output: unknown }, tf.Tensor> = {
      name: 'count',
      init: () => tf.scalar(0),
      update: (sum, { output }) => tf.add(sum, (output as tf.Tensor).size),
      merge: (a, b) => tf.add(a, b),
      result: (sum) => tf.clone(sum),
    };
    const { state, history } = await fit(
      options({ metrics: { count }, lastBatch: 'pad', train: () => pairs(2, 2, 1), validation: () => pairs(2, 1) }),
    );
    expect([history[0]?.train['count'], history[0]?.validation?.['count']]).toEqual([4, 3]);
    disposeTree(state);
  });

  test('refuse a scalar loss to pad, and a batch that is larger than the first', async () => {
    await expect(trained({ lastBatch: 'pad', loss: (output, batch) => tf.mean(squares(output, batch)) })).rejects.toThrow(
      'trainStep: expected a loss of each sample [2] to weigh, got a scalar. ',
    );
    await expect(trained({ lastBatch: 'drop', train: () => pairs(1, 2) })).rejects.toThrow(
      'fit: expected batches of at most 1 samples, as the first has, got 2. Let all but the last have one size.',
    );
    const refused = options({ lastBatch: 'skip' as 'drop' });
    await expect(fit(refused)).rejects.toThrow("fit: expected lastBatch 'keep', 'drop' or 'pad', got 'skip'. ");
    disposeTree(refused.state);
  });
});

describe('checkFinite', () => {
  const named = (changes: Partial<FitOptions<Pairs>>): Promise<unknown> => trained({ checkFinite: true, ...changes });

  test('names the first tensor that is not finite', async () => {
    const spoil = function* (): Generator<Pairs> {
      yield* pairs(2);
      yield { x: tf.tensor1d([1, NaN]), y: tf.tensor1d([1, 1]) };
    };
    await expect(named({ train: spoil })).rejects.toThrow(
      "fit: expected finite numbers, got NaN or infinity first in 'x' of the batch at batch 2 of epoch 1. Lower the learning rate",
    );
    // sqrt has no slope at 0: the loss is finite, and its gradient with respect to b is not.
    const steep = (_output: tf.Tensor, { y }: Pairs): tf.Tensor => tf.mean(tf.square(y));
    const root: Layer<tf.Tensor, tf.Tensor> = {
      ...linear,
      apply: ({ params, state }, x) => [tf.add(tf.mul(x, (params as Params).w), tf.sqrt((params as Params).b)), { state }],
    };
    await expect(named({ model: root })).rejects.toThrow("first in the gradient of 'b' at batch 1");
    expect((await trained({ checkFinite: true, loss: steep })).w).toBe(1);
    await expect(named({ loss: (output) => tf.mul(output, Infinity) })).rejects.toThrow('first in the loss at batch 1');
    const explosive: Transform = {
      name: 'explosive',
      init: () => ({}),
      update: (grads, state) => [mapTree((grad: tf.Tensor) => tf.mul(grad, 1e38), grads), state],
    };
    await expect(named({ optimizer: explosive })).rejects.toThrow("first in the update of 'w' at batch 1");
  });

  test('costs nothing that is told when nothing is wrong, and can be ignored', async () => {
    expect(await named({ epochs: 2 })).toEqual(await trained({ epochs: 2 }));
    const { state } = await fit(options({ checkFinite: true, nonFinite: 'ignore', loss: (output) => tf.mul(output, NaN) }));
    disposeTree(state);
  });
});

describe('sources', () => {
  const held = (): Pairs => ({ x: tf.tensor1d([1, 2, 3, 4, 5]), y: tf.tensor1d([3, 5, 7, 9, 11]) });

  test('a record of tensors, an array, a generator function and a pipeline train alike, and the record lives on', async () => {
    const record = held();
    const rows = fromArrays({ x: Float32Array.of(1, 2, 3, 4, 5), y: Float32Array.of(3, 5, 7, 9, 11) });
    const expected = await trained({ train: () => pairs(2, 2, 1), epochs: 2 });
    const sources: BatchSource<Pairs>[] = [record, () => [...pairs(2, 2, 1)], () => pairs(2, 2, 1), batches(rows, 2)];
    for (const train of sources) expect(await trained({ train, batchSize: 2, epochs: 2 })).toEqual(expected);
    expect(await trained({ train: [...pairs(2, 2, 1)] })).toEqual(await trained({ train: () => pairs(2, 2, 1) }));
    expect(record.x.isDisposed).toBe(false);
    disposeTree(record);
  });

  test('evaluate and predict take them too', async () => {
    const variables = { params: { w: tf.scalar(2), b: tf.scalar(0) }, state: {} };
    const record = held();
    expect(await evaluate({ model: linear, variables, data: record, batchSize: 2, loss: squares })).toEqual({ loss: 1 });
    expect(await evaluate({ model: linear, variables, data: () => pairs(3), loss: squares })).toEqual({ loss: 1 });
    const outputs: number[][] = [];
    for await (const output of predict({ model: linear, variables, data: { x: record.x }, batchSize: 4 })) {
      outputs.push([...output.dataSync()]);
      output.dispose();
    }
    expect(outputs).toEqual([[2, 4, 6, 8], [10]]);
    disposeTree([variables, record]);
  });

  test('refuse records whose rows differ, and a batch size out of range', async () => {
    const bad = { x: tf.zeros([3]), y: tf.zeros([2]) };
    await expect(trained({ train: bad })).rejects.toThrow("fit: expected tensors of 3 rows, got 'y' [2]. Give each one row a sample");
    await expect(trained({ train: bad, batchSize: 0 })).rejects.toThrow(
      'fit: expected batchSize to be a whole number of at least 1, got 0. ',
    );
    disposeTree(bad);
    await expect(trained({ train: undefined as never })).rejects.toThrow(
      'fit: expected batches from an iterable, a function or a record of tensors, got undefined. Pass for example { x, y }.',
    );
    const tensor = tf.scalar(1);
    await expect(evaluate({ model: linear, variables: { params: {}, state: {} }, data: tensor as never })).rejects.toThrow(
      'evaluate: expected batches from an iterable, a function or a record of tensors, got a tensor. ',
    );
    tensor.dispose();
  });
});

describe('with transforms and callbacks', () => {
  test('accumulation, clipping and averages compose, by hand', async () => {
    // Batches x = 1 and x = 2 of y = 2 x + 1: errors -2 and -3, gradients (dw, db) = (-4, -4) and (-12, -6), mean (-8, -5) of norm sqrt 89.
    // Clipped to norm 1 and times 0.5: the update of two batches. The average with decay 0.5 halves it.
    const length = Math.sqrt(89);
    const optimizer = multiSteps(chain([clipByGlobalNorm(1), sgd({ learningRate: 0.5 }), ema(0.5)]), 2);
    const { state, history } = await fit(options({ optimizer, train: () => pairs(1, 1), validation: () => pairs(1) }));
    const { w, b } = state.params as Params;
    expect(w.dataSync()[0]).toBeCloseTo(1 + 4 / length, 6);
    expect(b.dataSync()[0]).toBeCloseTo(2.5 / length, 6);
    const averaged = 1 + 2 / length + 1.25 / length;
    expect(history[0]?.validation?.['loss']).toBeCloseTo((averaged - 3) ** 2, 5);
    disposeTree(state);
  });

  test('a step that consumes its state, as a compiled one does, is fine', async () => {
    const inner = trainStep<Pairs>({ model: linear, loss: squares, optimizer: sgd({ learningRate: 0.01 }) });
    const step: typeof inner = (state, batch) => {
      const result = inner(state, batch);
      disposeTree(state);
      return result;
    };
    expect(await trained({ step })).toEqual(await trained());
  });

  test('callbacks add to the logs of batches and epochs, and to the history', async () => {
    const seen: unknown[] = [];
    const watch = { onBatch: async ({ logs }: { logs(): Promise<object> }) => void seen.push(Object.keys(await logs())) };
    const { state, history } = await fit(options({ callbacks: [learningRateLog((step) => tf.mul(step, 0.5)), watch], epochs: 2 }));
    expect(history.map(({ train }) => train['learningRate'])).toEqual([1, 2]);
    expect(seen[0]).toEqual(['loss', 'learningRate']);
    disposeTree(state);
  });

  test('replace goes on with another state and disposes the one before', async () => {
    const swap = {
      onEpoch({ state, replace }: { state: TrainState; replace(state: TrainState): void }) {
        replace({ ...state, params: { w: tf.scalar(7), b: (state.params as Params).b } });
      },
    };
    expect((await trained({ callbacks: [swap] })).w).toBe(7);
  });
});
