import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import type { Transform, Tree } from '@kumiko/core';
import { adamw } from './adamw.ts';
import { addDecayedWeights } from './add-decayed-weights.ts';
import { chain } from './chain.ts';
import { clipByGlobalNorm } from './clip-by-global-norm.ts';
import { globalNorm } from './global-norm.ts';
import { scaleByLearningRate } from './scale-by-learning-rate.ts';
import { cosineDecay } from './schedules/cosine-decay.ts';
import { sgd } from './sgd.ts';
import { trace } from './trace.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

/** The updates of `{ w: g }` for each of some gradients, one after the other. */
function updatesOf(transform: Transform, grads: readonly number[], param = 0): number[] {
  const params = { w: tf.scalar(param) };
  let state: Tree = transform.init(params);
  return grads.map((grad) => {
    const [updates, next] = transform.update({ w: tf.scalar(grad) }, state, params);
    state = next;
    return (updates as { w: tf.Scalar }).w.dataSync()[0] as number;
  });
}

test('trace sums with decay, and looks ahead with nesterov', () => {
  // t: 1, 0.5 + 2 = 2.5, 1.25 + 4 = 5.25; ahead: g + t / 2 = 1.5, 3.25, 6.625.
  expect(updatesOf(trace(0.5), [1, 2, 4])).toEqual([1, 2.5, 5.25]);
  expect(updatesOf(trace(0.5, { nesterov: true }), [1, 2, 4])).toEqual([1.5, 3.25, 6.625]);
});

test('scaleByLearningRate descends, and hands a schedule the number of updates before', () => {
  expect(updatesOf(scaleByLearningRate(0.25), [2, -4])).toEqual([-0.5, 1]);
  expect(
    updatesOf(
      scaleByLearningRate((step) => tf.cast(step, 'float32')),
      [1, 1, 1],
    ),
  ).toEqual([-0, -1, -2]);
  // 1, (1 + cos(pi/2)) / 2 = 0.5, 0, 0
  const decayed = updatesOf(scaleByLearningRate(cosineDecay({ initialValue: 1, steps: 2 })), [1, 1, 1, 1]);
  for (const [i, wanted] of [-1, -0.5, 0, 0].entries()) expect(decayed[i]).toBeCloseTo(wanted, 6);
});

test('clipByGlobalNorm shrinks what is too long and leaves the rest', () => {
  const grads = { a: tf.tensor1d([3, 4]), b: [tf.scalar(12)] };
  expect(globalNorm(grads).dataSync()[0]).toBe(13);
  expect(globalNorm({}).dataSync()[0]).toBe(0);
  const clipped = clipByGlobalNorm(6.5).update(grads, {}, grads)[0] as typeof grads;
  expect([...clipped.a.dataSync(), ...(clipped.b[0] as tf.Scalar).dataSync()]).toEqual([1.5, 2, 6]);
  expect(updatesOf(clipByGlobalNorm(6.5), [0, 6, -6.5, -13])).toEqual([0, 6, -6.5, -6.5]);
});

test('addDecayedWeights takes all, a tree of booleans or a function', () => {
  const params = { dense: { kernel: tf.scalar(10), bias: tf.scalar(10) } };
  const grads = { dense: { kernel: tf.scalar(1), bias: tf.scalar(1) } };
  const decayed = (mask?: NonNullable<Parameters<typeof addDecayedWeights>[1]>['mask']): number[] => {
    const transform = addDecayedWeights(0.5, mask === undefined ? {} : { mask });
    const [updates] = transform.update(grads, transform.init(params), params) as unknown as [typeof params];
    return [updates.dense.kernel.dataSync()[0] as number, updates.dense.bias.dataSync()[0] as number];
  };
  expect(decayed()).toEqual([6, 6]);
  expect(decayed({ dense: { kernel: true, bias: false } })).toEqual([6, 1]);
  expect(decayed((name, param) => name === 'dense/bias' && param.rank === 0)).toEqual([1, 6]);
  expect(() => decayed({ dense: true })).toThrow('expected trees of one structure, got one of ["bias","kernel"] and a leaf at \'dense\'. ');
});

test('chain keys states by unique names and leaves empty ones out', () => {
  const transform = chain([clipByGlobalNorm(1), trace(0.5), trace(0.25), scaleByLearningRate(0.1)]);
  const state = transform.init({ w: tf.scalar(0) });
  expect(Object.keys(state)).toEqual(['trace', 'trace_1']);
  // 1, then 1; second step: 0.5 + 1 = 1.5, then 0.25 + 1.5 = 1.75.
  const updates = updatesOf(transform, [1, 1]);
  expect(updates[0]).toBeCloseTo(-0.1, 6);
  expect(updates[1]).toBeCloseTo(-0.175, 6);
});

test('chain passes on what transforms evaluate with', () => {
  const doubled: Transform = {
    name: 'doubled',
    init: () => ({ factor: tf.scalar(2) }),
    update: (grads, state) => [grads, state],
    evalParams: (params, state) => ({ w: tf.mul((params as { w: tf.Tensor }).w, (state as { factor: tf.Tensor }).factor) }),
  };
  const transform = chain([scaleByLearningRate(1), doubled, doubled]);
  const params = { w: tf.scalar(3) };
  const evaluated = transform.evalParams?.(params, transform.init(params)) as typeof params | undefined;
  expect(evaluated?.w.dataSync()[0]).toBe(12);
  expect(chain([scaleByLearningRate(1)]).evalParams).toBeUndefined();
});

test('says what is wrong', () => {
  expect(() => chain([])).toThrow('chain: expected at least one transform, got none. ');
  expect(() => trace(1)).toThrow('trace: expected decay in [0, 1), got 1');
  expect(() => clipByGlobalNorm(0)).toThrow('clipByGlobalNorm: expected maxNorm in (0, Infinity), got 0');
  expect(() => addDecayedWeights(-1)).toThrow('addDecayedWeights: expected weightDecay in [0, Infinity), got -1');
  expect(() => scaleByLearningRate(NaN)).toThrow('scaleByLearningRate: expected learningRate in [0, Infinity), got NaN');
  expect(() => sgd({ learningRate: 0.1, nesterov: true })).toThrow('sgd: expected momentum > 0 with nesterov, got 0. ');
  expect(() => adamw({ beta1: 2 })).toThrow('scaleByAdam: expected beta1');
});
