import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { leaves, type Transform, type Tree } from '@kumiko/core';
import { applyUpdates } from './apply-updates.ts';
import { chain } from './chain.ts';
import { dynamicLossScaling } from './dynamic-loss-scaling.ts';
import { strongWolfe } from './internal/strong-wolfe.ts';
import { lbfgs } from './lbfgs.ts';
import { masked } from './masked.ts';
import { partition } from './partition.ts';
import { reduceOnPlateau } from './reduce-on-plateau.ts';
import { sam } from './sam.ts';
import { sgd } from './sgd.ts';
import { scaleBySophia, sophia } from './sophia.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

const values = (tree: Tree): number[] => leaves<tf.Tensor>(tree).flatMap((leaf) => [...leaf.dataSync()]);

/** `sum of (a - 1)^2 + (b - 1)^4` over two parameters. */
function loss(params: Tree): [tf.Scalar, Tree] {
  const { a, b } = params as { a: tf.Tensor; b: tf.Tensor };
  const [x, y] = [tf.sub(a, 1), tf.sub(b, 1)];
  return [tf.add(tf.sum(tf.square(x)), tf.sum(tf.pow(y, 4))), { a: tf.mul(x, 2), b: tf.mul(tf.pow(y, 3), 4) }];
}

const start = (): { a: tf.Tensor; b: tf.Tensor } => ({ a: tf.tensor1d([4, -2]), b: tf.scalar(3) });

function run(transform: Transform, steps: number): number[] {
  let params = start();
  let state = transform.init(params);
  for (let step = 0; step < steps; step++) {
    const [value, grads] = loss(params);
    const [updates, next] = transform.update(grads, state, params, { value, valueAndGrad: loss });
    params = applyUpdates(params, updates);
    state = next;
  }
  return values(params);
}

test('sam takes the gradient at the worst point nearby: a hand case', () => {
  // g = (6, -6, 32), |g| = sqrt(1096); a moves by 0.5 g / |g|.
  const params = start();
  const [, grads] = loss(params);
  const [updates] = sam({ radius: 0.5 }).update(grads, {}, params, { valueAndGrad: loss });
  const r = 0.5 / Math.sqrt(1096);
  const wanted = [2 * (3 + 6 * r), 2 * (-3 - 6 * r), 4 * (2 + 32 * r) ** 3];
  values(updates).forEach((value, i) => expect(value).toBeCloseTo(wanted[i] as number, 4));
});

test('sam at a gradient of 0 stays where it is', () => {
  const params = { a: tf.tensor1d([1, 1]), b: tf.scalar(1) };
  const [, grads] = loss(params);
  for (const adaptive of [false, true]) {
    expect(values(sam({ adaptive }).update(grads, {}, params, { valueAndGrad: loss })[0])).toEqual([0, 0, 0]);
  }
});

test('lbfgs reaches the minimum of a quartic in few steps, and stays there', () => {
  for (const value of run(lbfgs() as Transform, 25)) expect(value).toBeCloseTo(1, 2);
  const [, , b] = run(lbfgs({ historySize: 1 }) as Transform, 40);
  expect(b).toBeCloseTo(1, 1);
});

test('lbfgs evaluates the loss once less when it is told its value (counts calls)', () => {
  const params = start();
  const [value, grads] = loss(params);
  let evaluations = 0;
  const valueAndGrad = (at: Tree): [tf.Scalar, Tree] => {
    evaluations++;
    return loss(at);
  };
  const counted = (extra: object): number => {
    evaluations = 0;
    lbfgs().update(grads, lbfgs().init(params), params, { valueAndGrad, ...extra });
    return evaluations;
  };
  expect(counted({})).toBe(counted({ value }) + 1);
});

test('lbfgs does not follow a gradient that is not finite, and goes on behind it', () => {
  const optimizer = lbfgs();
  const params = start();
  const [, grads] = loss(params);
  const [, state] = optimizer.update(grads, optimizer.init(params), params, { valueAndGrad: loss });
  const [updates, after] = optimizer.update({ a: tf.tensor1d([NaN, 1]), b: tf.scalar(1) }, state, params, { valueAndGrad: loss });
  expect(values(updates)).toEqual([0, 0, 0]);
  const [next] = optimizer.update(grads, after, params, { valueAndGrad: loss });
  expect(values(next).every((update) => Number.isFinite(update) && update !== 0)).toBe(true);
});

test('a line search counts losses that are not finite as too high, and takes what is lowest when time is up', () => {
  // (x - 0.3)^2 up to 0.5, and nothing behind.
  const cliff = (at: number) => ({ at, value: at > 0.5 ? NaN : (at - 0.3) ** 2, slope: 2 * (at - 0.3) });
  const found = strongWolfe(cliff(0), 1, cliff, { directionSize: 1, trials: 25 });
  expect(found.value).toBeLessThan(0.09);
  expect(Math.abs(found.slope)).toBeLessThanOrEqual(0.9 * 0.6);
  // Downhill for ever: the first trial, and ten times as far at each of the others.
  const slide = (at: number) => ({ at, value: -at, slope: -1 });
  expect(strongWolfe(slide(0), 1, slide, { directionSize: 1, trials: 3 }).at).toBe(1000);
  // Never finite: the start.
  const wall = (at: number) => ({ at, value: at === 0 ? 0 : Infinity, slope: -1 });
  expect(strongWolfe(wall(0), 1, wall, { directionSize: 1, trials: 25 }).at).toBe(0);
});

test('sophia keeps its curvature between estimates', () => {
  const transform = scaleBySophia({ beta1: 0, beta2: 0.5, gamma: 1 });
  const params = { w: tf.scalar(0) };
  const grads = { w: tf.scalar(1) };
  const [first, state] = transform.update(grads, transform.init(params), params, { curvature: { w: tf.scalar(8) } });
  // h = 0.5 * 0 + 0.5 * 8 = 4
  expect(values(first)).toEqual([0.25]);
  expect(values(transform.update(grads, state, params)[0])).toEqual([0.25]);
  // A curvature below 0 divides by epsilon: the update is clipped.
  expect(values(transform.update(grads, state, params, { curvature: { w: tf.scalar(-8) } })[0])).toEqual([1]);
});

test('groups of parameters evaluate the loss with the others as they are', () => {
  const params = start();
  const [value, grads] = loss(params);
  const only = masked(lbfgs() as Transform, (name) => name === 'b');
  const [updates] = only.update(grads, only.init(params), params, { value, valueAndGrad: loss });
  // b alone, from 3 with slope 32: the first step has length 1, which lowers (b - 1)^4 enough and flattens it below 0.9 of its slope.
  expect(values(updates)).toEqual([6, -6, -1]);
  const groups = partition({ sharp: chain([sam({ radius: 1 }), sgd({ learningRate: 1 })]), plain: sgd({ learningRate: 1 }) }, [
    [/a/, 'sharp'],
    [/./, 'plain'],
  ]);
  const [both] = groups.update(grads, groups.init(params), params, { valueAndGrad: loss });
  // Of a the direction alone: (1, -1) / sqrt(2).
  const away = 2 * (3 + Math.SQRT1_2);
  values(both).forEach((update, i) => expect(update).toBeCloseTo([-away, away, -32][i] as number, 4));
});

test('loss scaling divides gradients that are evaluated inside of it', () => {
  const optimizer = dynamicLossScaling(chain([sam({ radius: 0.5 }), sgd({ learningRate: 1 })]), { initialScale: 8 });
  const params = start();
  const scaledLoss = (at: Tree): [tf.Scalar, Tree] => {
    const [value, { a, b }] = loss(at) as [tf.Scalar, { a: tf.Tensor; b: tf.Tensor }];
    return [value, { a: tf.mul(a, 8), b: tf.mul(b, 8) }];
  };
  const [scaled] = optimizer.update(scaledLoss(params)[1], optimizer.init(params), params, { valueAndGrad: scaledLoss });
  const [plain] = sam({ radius: 0.5 }).update(loss(params)[1], {}, params, { valueAndGrad: loss });
  expect(values(scaled)).toEqual(values(plain).map((value) => -value));
});

test('reduceOnPlateau takes a NaN for a bad value', () => {
  const transform = reduceOnPlateau({ patience: 1, factor: 0.5 });
  const params = { w: tf.scalar(0) };
  let state = transform.init(params);
  const scales = [NaN, NaN, 1, NaN].map((value) => {
    [, state] = transform.update({ w: tf.scalar(1) }, state, params, { value: tf.scalar(value) });
    return values(state.scale)[0];
  });
  expect(scales).toEqual([1, 0.5, 0.5, 0.5]);
});

test('says what is missing or wrong', () => {
  const params = { w: tf.zeros([2]) };
  const noEvaluation =
    'expected extra.valueAndGrad, got none. Pass update(grads, state, params, { valueAndGrad: (params) => [loss, grads] }).';
  expect(() => sam().update(params, {}, params)).toThrow(`sam: ${noEvaluation}`);
  expect(() => lbfgs().update(params, lbfgs().init(params), params, { value: tf.scalar(1) })).toThrow(`lbfgs: ${noEvaluation}`);
  expect(() => reduceOnPlateau().update(params, reduceOnPlateau().init(params), params)).toThrow(
    'reduceOnPlateau: expected extra.value, got none. Pass update(grads, state, params, { value: loss }).',
  );
  const wrong = { valueAndGrad: (): [tf.Scalar, Tree] => [tf.scalar(1), { w: tf.zeros([3]) }] };
  const grads = { w: tf.ones([2]) };
  expect(() => sam().update(grads, {}, params, wrong)).toThrow("sam: expected trees of one structure, got [2] and [3] at 'w'. ");
  expect(() => lbfgs().update(grads, lbfgs().init(params), params, wrong)).toThrow(
    "lbfgs: expected trees of one structure, got [2] and [3] at 'w'. ",
  );
  expect(() => scaleBySophia().update(grads, scaleBySophia().init(params), params, { curvature: { w: tf.zeros([3]) } })).toThrow(
    "scaleBySophia: expected trees of one structure, got [2] and [3] at 'w'. ",
  );
  expect(() => lbfgs({ lineSearch: 'armijo' as 'none' })).toThrow(
    "lbfgs: expected lineSearch to be 'strongWolfe' or 'none', got 'armijo'. ",
  );
  expect(() => lbfgs({ historySize: 0 })).toThrow('lbfgs: expected historySize in 1, 2, 3, ..., got 0. ');
  expect(() => sam({ radius: 0 })).toThrow('sam: expected radius in (0, Infinity), got 0. ');
  expect(() => sophia({ gamma: -1 })).toThrow('scaleBySophia: expected gamma in (0, Infinity), got -1. ');
  expect(() => reduceOnPlateau({ factor: 1 })).toThrow('reduceOnPlateau: expected factor in (0, 1), got 1. ');
  expect(() => reduceOnPlateau({ patience: -1 })).toThrow('reduceOnPlateau: expected patience in 0, 1, 2, ..., got -1. ');
  expect(() => dynamicLossScaling(sgd({ learningRate: 1 }), { growthFactor: 1 })).toThrow(
    'expected growthFactor in (1, Infinity), got 1. ',
  );
  expect(() => dynamicLossScaling(sgd({ learningRate: 1 }), { backoffFactor: 1 })).toThrow('expected backoffFactor in (0, 1), got 1. ');
});
