import '../../backend/src/gradients/use-float64.ts';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import { errorsOfStep, stepwise } from './steps.fixture.ts';
import { errorsOf, trajectories } from './trajectories.fixture.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('the process computes in double precision', () => {
  expect(tf.add(tf.scalar(1), 1e-12).dataSync()[0]).toBe(1 + 1e-12);
});

test.each(trajectories)('100 steps in double precision agree with the golden: %s', (_file, trajectory) => {
  for (const error of errorsOf(trajectory)) expect(error).toBeLessThan(1e-10);
});

test.each(stepwise)('single steps in double precision from the golden state agree, state and all: %s', (_file, golden) => {
  for (const step of golden.steps) {
    const { params, state } = errorsOfStep(golden, step);
    for (const error of params) expect(error).toBeLessThan(1e-10);
    for (const [name, error] of state) expect([name, error < 1e-10]).toEqual([name, true]);
  }
});
