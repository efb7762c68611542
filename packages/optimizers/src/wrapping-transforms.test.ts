import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import type { Transform, Tree } from '@kumiko/core';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { applyIfFinite } from './apply-if-finite.ts';
import { applyUpdates } from './apply-updates.ts';
import { chain } from './chain.ts';
import { ema } from './ema.ts';
import { injectHyperparameters } from './inject-hyperparameters.ts';
import { lookahead } from './lookahead.ts';
import { masked } from './masked.ts';
import { multiSteps } from './multi-steps.ts';
import { partition } from './partition.ts';
import { scaleByLearningRate } from './scale-by-learning-rate.ts';
import { setToZero } from './set-to-zero.ts';
import { sgd } from './sgd.ts';
import { trace } from './trace.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

/** The parameter after each of some gradients, and the last state. */
function walk<S extends Tree>(transform: Transform<S>, grads: readonly number[], start = 0): { path: number[]; state: S } {
  let params = { w: tf.scalar(start) };
  let state = transform.init(params);
  const path = grads.map((grad) => {
    const [updates, next] = transform.update({ w: tf.scalar(grad) }, state, params);
    params = applyUpdates(params, updates);
    state = next;
    return params.w.dataSync()[0] as number;
  });
  return { path, state };
}

function evaluated(transform: Transform, state: Tree): number {
  const params = transform.evalParams?.({ w: tf.scalar(-1) }, state) as { w: tf.Scalar } | undefined;
  return params?.w.dataSync()[0] as number;
}

test('applyIfFinite skips bad steps, counts them, and lets one through behind too many', () => {
  const { path, state } = walk(applyIfFinite(sgd({ learningRate: 1, momentum: 0.5 })), [1, NaN, Infinity, 1, -Infinity]);
  // t: 1, kept, kept, 0.5 + 1 = 1.5
  expect(path).toEqual([-1, -1, -1, -2.5, -2.5]);
  expect([state.consecutive.dataSync()[0], state.total.dataSync()[0]]).toEqual([1, 3]);
  expect((state.inner['trace'] as { trace: { w: tf.Scalar } }).trace.w.dataSync()[0]).toBe(1.5);
  expect(walk(applyIfFinite(sgd({ learningRate: 1 }), { maxConsecutive: 2 }), [NaN, NaN, 1, NaN, NaN, NaN]).path).toEqual([
    0,
    0,
    -1,
    -1,
    -1,
    NaN,
  ]);
  expect(() => applyIfFinite(trace(0.5), { maxConsecutive: 0 })).toThrow('applyIfFinite: expected maxConsecutive in 1, 2, 3');
});

test('ema averages parameters and changes no update', () => {
  const optimizer = chain([scaleByLearningRate(1), ema(0.5)]);
  // Parameters 8, 4, 0; averages 8, 6, 3.
  const { path, state } = walk(optimizer, [4, 4], 8);
  expect(path).toEqual([4, 0]);
  expect(evaluated(optimizer, state)).toBe(3);
  expect(() => ema(1)).toThrow('ema: expected decay in [0, 1), got 1');
});

test('lookahead moves slowly and sets the fast parameters back', () => {
  // Fast: 10 - 1 = 9, 9 - 2 = 7; slow: 10 + 0.25 (7 - 10) = 9.25. Fast: 8.25, 6.25; slow: 9.25 - 0.75 = 8.5.
  const { path, state } = walk(lookahead(sgd({ learningRate: 1 }), { syncSteps: 2, slowStep: 0.25 }), [1, 2, 1, 2, 1], 10);
  expect(path).toEqual([9, 9.25, 8.25, 8.5, 7.5]);
  expect(state.step.dataSync()[0]).toBe(1);
  expect(() => lookahead(trace(0), { slowStep: 0 })).toThrow('lookahead: expected slowStep in (0, 1], got 0');
});

test('multiSteps gives the inner optimizer the mean of the gradients', () => {
  const grads = [1, 3, 8, 2, 2, 2, 5];
  const { path, state } = walk(multiSteps(adam({ learningRate: 0.1 }), 3), grads);
  const whole = walk(adam({ learningRate: 0.1 }), [4, 2]).path;
  expect(path.slice(0, 2)).toEqual([0, 0]);
  expect(path[2]).toBeCloseTo(whole[0] as number, 7);
  expect(path[5]).toBeCloseTo(whole[1] as number, 7);
  expect(path[6]).toBe(path[5]);
  expect((state.sum as { w: tf.Scalar }).w.dataSync()[0]).toBe(5);
  expect(() => multiSteps(trace(0), 0)).toThrow('multiSteps: expected steps in 1, 2, 3, ..., got 0');
});

const tree = (value: number) => ({
  dense: { kernel: tf.scalar(value), bias: tf.scalar(value) },
  scales: [tf.scalar(value), tf.scalar(value)],
});
const read = (updates: Tree): number[] => {
  const { dense, scales } = updates as unknown as ReturnType<typeof tree>;
  return [dense.kernel, dense.bias, ...scales].map((leaf) => leaf.dataSync()[0] as number);
};

test('partition gives each group its own transform, under the names of its parameters', () => {
  const seen: string[] = [];
  const optimizer = partition(
    {
      decayed: adamw({ learningRate: 1, weightDecay: 1, mask: (name) => seen.push(name) > 0 }),
      plain: sgd({ learningRate: 2 }),
      frozen: setToZero(),
    },
    [
      [/^dense\/bias$/, 'frozen'],
      [/^dense\//, 'decayed'],
      [/1$/, 'decayed'],
      [/./g, 'plain'],
    ],
  );
  const params = tree(3);
  const state = optimizer.init(params);
  expect(Object.keys(state)).toEqual(['decayed']);
  // adamw: -(1 + 3) = -4 at the first step; sgd: -2.
  const [updates] = optimizer.update(tree(1), state, params);
  const values = read(updates);
  for (const [i, wanted] of [-4, 0, -2, -4].entries()) expect(values[i]).toBeCloseTo(wanted, 6);
  expect([...new Set(seen)].sort()).toEqual(['dense/kernel', 'scales/1']);
});

test('partition says which parameter has no group', () => {
  const optimizer = partition({ a: trace(0.5) }, [[/kernel/, 'a']]);
  expect(() => optimizer.init(tree(1))).toThrow("partition: expected one of the groups a for 'dense/bias', got undefined. ");
  expect(() => partition({ a: trace(0.5) }, () => 'b' as 'a').init(tree(1))).toThrow("for 'dense/kernel', got b. ");
  expect(() => partition({}, [])).toThrow('partition: expected at least one group, got none. ');
  const whole = partition({ a: trace(0.5) }, () => 'a');
  expect(() => whole.update({ w: tf.scalar(1), v: tf.scalar(1) }, whole.init({ w: tf.scalar(1) }), { w: tf.scalar(1) })).toThrow(
    'partition: expected gradients for (w), got (w, v). ',
  );
});

test('partition and masked evaluate with what their transforms say', () => {
  const params = { w: tf.scalar(4), v: tf.scalar(4) };
  const optimizer = partition({ averaged: ema(0.5), plain: trace(0.5) }, (name) => (name === 'w' ? 'averaged' : 'plain'));
  const [, state] = optimizer.update({ w: tf.scalar(2), v: tf.scalar(2) }, optimizer.init(params), params);
  const value = optimizer.evalParams?.(params, state) as typeof params;
  // (4 + (4 + 2)) / 2
  expect([value.w.dataSync()[0], value.v.dataSync()[0]]).toEqual([5, 4]);
  const part = masked(ema(0.5), { w: false, v: true });
  const [, partState] = part.update({ w: tf.scalar(2), v: tf.scalar(2) }, part.init(params), params);
  const partValue = part.evalParams?.(params, partState) as typeof params;
  expect([partValue.w.dataSync()[0], partValue.v.dataSync()[0]]).toEqual([4, 5]);
});

test('masked transforms its own and lets the rest pass', () => {
  const transform = masked(scaleByLearningRate(2), (name) => name.startsWith('scales'));
  expect(read(transform.update(tree(1), transform.init(tree(0)), tree(0))[0])).toEqual([1, 1, -2, -2]);
  expect(() => masked(trace(0), { w: true }).init({ v: tf.scalar(1) })).toThrow(
    'expected trees of one structure, got one of ["v"] and one of [',
  );
});

test('injectHyperparameters reads its values from the state', () => {
  const optimizer = injectHyperparameters(({ learningRate }) => sgd({ learningRate, momentum: 0.5 }), { learningRate: 0.25 });
  const params = { w: tf.scalar(0) };
  const grads = { w: tf.scalar(4) };
  const value = (updates: Tree): number => (updates as typeof params).w.dataSync()[0] as number;
  const [first, state] = optimizer.update(grads, optimizer.init(params), params);
  expect(value(first)).toBe(-1);
  // t = 2 + 4 = 6, times 0.5
  const [second, next] = optimizer.update(grads, { ...state, hyperparameters: { learningRate: tf.scalar(0.5) } }, params);
  expect(value(second)).toBe(-3);
  expect(next.hyperparameters.learningRate.dataSync()[0]).toBe(0.5);
  expect(() => injectHyperparameters(() => trace(0), { learningRate: NaN })).toThrow('injectHyperparameters: expected learningRate');
});

test('sgd dampens all gradients but the first', () => {
  // t: 4, 2 + 0.75 * 4 = 5, 2.5 + 3 = 5.5
  expect(walk(sgd({ learningRate: 1, momentum: 0.5, dampening: 0.25 }), [4, 4, 4]).path).toEqual([-4, -9, -14.5]);
  expect(() => trace(0.5, { dampening: 1 })).toThrow('trace: expected dampening in [0, 1), got 1');
});
