import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { disposeTree } from '@kumiko/core';
import { applyUpdates } from './apply-updates.ts';
import { findLearningRate } from './find-learning-rate.ts';
import { injectHyperparameters } from './inject-hyperparameters.ts';
import { sgd } from './sgd.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

/** A step that loses the given numbers one after the other, whatever the learning rate. */
function losing(losses: readonly number[]): (state: tf.Scalar) => [tf.Scalar, tf.Scalar] {
  let next = 0;
  return (state) => [tf.clone(state), tf.scalar(losses[next++] as number)];
}

test('tries learning rates in equal ratios and suggests where the loss fell fastest', async () => {
  const before = tf.memory().numTensors;
  const start = tf.scalar(0);
  // Falls by 1 a step, and by 5 from the 15th to the 16th: the central differences there are 3, at both; the first counts.
  const losses = Array.from({ length: 21 }, (_, i) => 100 - i - (i >= 15 ? 4 : 0));
  const found = await findLearningRate(losing(losses), start, { minimum: 1e-4, maximum: 1, steps: 21, smoothing: 0 });
  expect(found.losses).toEqual(losses);
  found.learningRates.forEach((rate, i) => expect(Math.log10(rate)).toBeCloseTo(-4 + i / 5, 9));
  expect(found.suggestion).toBe(found.learningRates[14]);
  expect(start.isDisposed).toBe(false);
  start.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('corrects the mean for its start, and ends where it diverges or is lost', async () => {
  const options = { minimum: 1, maximum: 2, steps: 5 };
  // 0.5 * 8 / 0.5 = 8; (0.25 * 8 + 0.5 * 2) / 0.75 = 4; (0.125 * 8 + 0.25 * 2 + 0.5 * 33) / 0.875 = 20.57 > 4 * 4
  const diverged = await findLearningRate(losing([8, 2, 33, 0, 0]), tf.scalar(0), { ...options, smoothing: 0.5 });
  expect(diverged.losses).toEqual([8, 4]);
  expect(diverged.suggestion).toBeNaN();
  const lost = await findLearningRate(losing([1, NaN, 0, 0, 0]), tf.scalar(0), options);
  expect(lost.learningRates).toEqual([1]);
});

test('finds the learning rate of an optimizer whose hyper-parameters are in its state', async () => {
  const optimizer = injectHyperparameters(({ learningRate }) => sgd({ learningRate }), { learningRate: 0 });
  const params = { w: tf.tensor1d([3, -1]) };
  const before = tf.memory().numTensors;
  const start = { params, optimizer: optimizer.init(params) };
  const { suggestion } = await findLearningRate((state: typeof start, learningRate) => {
    const { params: at } = state;
    const inner = { ...state.optimizer, hyperparameters: { learningRate } };
    const [updates, next] = optimizer.update({ w: tf.mul(at.w, 2) }, inner, at);
    return [{ params: applyUpdates(at, updates), optimizer: next }, tf.sum(tf.square(at.w))];
  }, start);
  // The curvature is 2: steps above 1 diverge, those far below do nothing.
  expect(suggestion).toBeGreaterThan(0.01);
  expect(suggestion).toBeLessThan(1);
  expect([...params.w.dataSync()]).toEqual([3, -1]);
  disposeTree(start.optimizer);
  expect(tf.memory().numTensors).toBe(before);
});

test('frees its copies when a step throws', async () => {
  const start = tf.scalar(1);
  const before = tf.memory().numTensors;
  const broken = findLearningRate(() => {
    tf.scalar(2);
    throw new Error('broken');
  }, start);
  await expect(broken).rejects.toThrow('broken');
  expect(tf.memory().numTensors).toBe(before);
});

test('says what is wrong', async () => {
  const step = losing([]);
  const wrong = (options: object): Promise<unknown> => findLearningRate(step, tf.scalar(0), options);
  await expect(wrong({ minimum: 0 })).rejects.toThrow('findLearningRate: expected minimum in (0, Infinity), got 0. ');
  await expect(wrong({ minimum: 1, maximum: 1 })).rejects.toThrow('expected minimum < maximum, got 1 and 1. Pass for example 1e-7 and 10.');
  await expect(wrong({ steps: 1 })).rejects.toThrow('expected steps in 2, 3, ..., got 1. ');
  await expect(wrong({ steps: 1.5 })).rejects.toThrow('expected steps in 1, 2, 3, ..., got 1.5. ');
  await expect(wrong({ divergence: 1 })).rejects.toThrow('expected divergence in (1, Infinity), got 1. ');
  await expect(wrong({ smoothing: 1 })).rejects.toThrow('expected smoothing in [0, 1), got 1. ');
});
