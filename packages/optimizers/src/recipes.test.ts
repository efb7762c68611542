import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import type { Transform } from '@kumiko/core';
import * as optimizers from './index.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

/** Recipes all of whose options have defaults. */
const recipes: Record<string, (options?: { readonly learningRate?: number | ((step: tf.Scalar) => tf.Scalar) }) => Transform> = {
  adabelief: optimizers.adabelief,
  adadelta: optimizers.adadelta,
  adafactor: optimizers.adafactor,
  adagrad: optimizers.adagrad,
  adam: optimizers.adam,
  adamax: optimizers.adamax,
  adamw: optimizers.adamw,
  adan: optimizers.adan,
  adopt: optimizers.adopt,
  amsgrad: optimizers.amsgrad,
  asgd: optimizers.asgd,
  lamb: optimizers.lamb,
  lars: optimizers.lars,
  lion: optimizers.lion,
  nadam: optimizers.nadam,
  nadamw: optimizers.nadamw,
  novograd: optimizers.novograd,
  prodigy: optimizers.prodigy,
  radam: optimizers.radam,
  rmsprop: optimizers.rmsprop,
  rprop: optimizers.rprop,
  scheduleFreeAdamW: optimizers.scheduleFreeAdamW,
  sm3: optimizers.sm3,
  yogi: optimizers.yogi,
};

/** The second update of one parameter. */
function second(optimizer: Transform): number[] {
  const params = { w: tf.tensor1d([1, -2]) };
  const [, state] = optimizer.update({ w: tf.tensor1d([0.5, 2]) }, optimizer.init(params), params);
  const [updates] = optimizer.update({ w: tf.tensor1d([1, 3]) }, state, params);
  return [...(updates as typeof params).w.dataSync()];
}

test.each(Object.entries(recipes))('%s takes a schedule for its learning rate', (_name, make) => {
  const constant = second(make({ learningRate: 0.25 }));
  const scheduled = second(make({ learningRate: optimizers.constant(0.25) }));
  scheduled.forEach((value, i) => expect(value).toBeCloseTo(constant[i] as number, 6));
  expect(() => make({ learningRate: -1 })).toThrow('expected learningRate in [0, Infinity), got -1');
});

test.each(Object.entries(recipes))('%s names what is missing or has another shape', (_name, make) => {
  const optimizer = make();
  const params = { w: tf.zeros([2, 3]) };
  const state = optimizer.init(params);
  expect(() => optimizer.update({ w: tf.zeros([3]) }, state, params)).toThrow("expected a gradient of shape [2,3], got [3] at 'w'. ");
  expect(() => optimizer.update({}, state, params)).toThrow('expected trees of one structure');
  expect(() => optimizer.update({ w: tf.zeros([2, 3]), v: tf.scalar(1) }, state, params)).toThrow('expected trees of one structure');
});

test('a gradient of zero moves nothing', () => {
  for (const [name, make] of Object.entries(recipes)) {
    if (name === 'asgd' || name === 'adan' || name.endsWith('w')) continue; // These decay the parameters.
    const params = { w: tf.tensor1d([1, -2]) };
    const optimizer = make();
    const [updates] = optimizer.update({ w: tf.zeros([2]) }, optimizer.init(params), params);
    for (const value of (updates as typeof params).w.dataSync()) expect([name, Math.abs(value)]).toEqual([name, 0]);
  }
});

test('says what is wrong', () => {
  expect(() => optimizers.rprop({ decrease: 1 })).toThrow('rprop: expected 0 < decrease < 1 < increase, got 1 and 1.2. ');
  expect(() => optimizers.adagrad({ initialSum: -1 })).toThrow('scaleByAdagrad: expected initialSum in [0, Infinity), got -1');
  expect(() => optimizers.adan({ beta3: 1 })).toThrow('scaleByAdan: expected beta3 in [0, 1), got 1');
  expect(() => optimizers.asgd({ power: NaN })).toThrow('asgd: expected power in [0, Infinity), got NaN');
  expect(() => optimizers.lion({ beta1: 2 })).toThrow('scaleByLion: expected beta1 in [0, 1), got 2');
  expect(() => optimizers.nadam({ momentumDecay: -1 })).toThrow('scaleByNadam: expected momentumDecay');
  expect(() => optimizers.rmsprop({ decay: 1 })).toThrow('scaleByRmsprop: expected decay in [0, 1), got 1');
  expect(() => optimizers.scheduleFreeAdamW({ beta1: 0 })).toThrow('scheduleFreeAdamW: expected beta1 in (0, 1), got 0');
  expect(() => optimizers.prodigy({ initialDistance: 0 })).toThrow('prodigy: expected initialDistance in (0, Infinity), got 0');
  expect(() => optimizers.lars({ trustCoefficient: 0 })).toThrow('scaleByLars: expected trustCoefficient in (0, Infinity), got 0');
  expect(() => optimizers.sm3({ momentum: 1 })).toThrow('scaleBySm3: expected momentum in [0, 1), got 1');
  expect(() => optimizers.adafactor({ clipping: 0 })).toThrow('adafactor: expected clipping in (0, Infinity), got 0');
  expect(() => optimizers.scaleByMuon({ iterations: 0 })).toThrow('scaleByMuon: expected iterations in 1, 2, 3, ..., got 0');
  expect(() => optimizers.muon({ matrices: () => true }).init({ b: tf.zeros([3]) })).toThrow(
    'scaleByMuon: expected matrices, got a parameter [3]. ',
  );
  expect(() => optimizers.yogi({ epsilon: 0 })).toThrow('scaleByYogi: expected epsilon in (0, Infinity), got 0');
});
