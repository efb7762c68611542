import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { scaleByAdam, type ScaleByAdamState } from './scale-by-adam.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('two steps by hand', () => {
  // beta1 = 0.5, beta2 = 0.75, epsilon = 1, gradients 2 and 4:
  // t=1: m = 1, v = 1, m^ = 1 / 0.5 = 2, v^ = 1 / 0.25 = 4, u = 2 / (2 + 1) = 2/3
  // t=2: m = 2.5, v = 0.75 + 4 = 4.75, m^ = 2.5 / 0.75 = 10/3, v^ = 4.75 / 0.4375 = 76/7, u = (10/3) / (sqrt(76/7) + 1)
  const transform = scaleByAdam({ beta1: 0.5, beta2: 0.75, epsilon: 1 });
  const params = { w: tf.scalar(9) };
  const [first, state] = transform.update({ w: tf.scalar(2) }, transform.init(params), params);
  const [second, last] = transform.update({ w: tf.scalar(4) }, state, params);
  const value = (tree: unknown): number => (tree as { w: tf.Scalar }).w.dataSync()[0] as number;
  expect(value(first)).toBeCloseTo(2 / 3, 6);
  expect(value(second)).toBeCloseTo(10 / 3 / (Math.sqrt(76 / 7) + 1), 6);
  expect(value(last.firstMoment)).toBe(2.5);
  expect(value(last.secondMoment)).toBe(4.75);
  expect([last.step.dtype, last.step.dataSync()[0]]).toEqual(['int32', 2]);
});

test('keeps its precision far into training, and takes a decay of 0', () => {
  // With a constant gradient both corrections make u = g / (|g| + epsilon), whatever t.
  const params = { w: tf.scalar(0) };
  const transform = scaleByAdam({ beta2: 0.99999 });
  let state: ScaleByAdamState = transform.init(params);
  for (let t = 1; t <= 50; t++) {
    const [updates, next] = transform.update({ w: tf.scalar(0.001) }, state, params);
    state = next;
    expect(Math.abs(((updates as { w: tf.Scalar }).w.dataSync()[0] as number) - 1 / (1 + 1e-5))).toBeLessThan(1e-5);
  }
  const plain = scaleByAdam({ beta1: 0, beta2: 0, epsilon: 1e-8 });
  const [signs] = plain.update({ w: tf.scalar(-7) }, plain.init(params), params);
  expect((signs as { w: tf.Scalar }).w.dataSync()[0]).toBe(-1);
});

test('a gradient of zero moves nothing', () => {
  const transform = scaleByAdam();
  const params = { w: tf.zeros([2]) };
  expect([...(transform.update({ w: tf.zeros([2]) }, transform.init(params), params)[0] as { w: tf.Tensor }).w.dataSync()]).toEqual([0, 0]);
});

test('says what is wrong', () => {
  expect(() => scaleByAdam({ beta1: 1 })).toThrow('scaleByAdam: expected beta1 in [0, 1), got 1. Pass for example 0.9.');
  expect(() => scaleByAdam({ beta2: -0.1 })).toThrow('expected beta2 in [0, 1), got -0.1');
  expect(() => scaleByAdam({ epsilon: 0 })).toThrow('expected epsilon in (0, Infinity), got 0');
});
