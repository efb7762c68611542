import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import type { Schedule } from '@kumiko/core';
import { constant } from './constant.ts';
import { cosineDecay } from './cosine-decay.ts';
import { cosineRestarts } from './cosine-restarts.ts';
import { cyclic } from './cyclic.ts';
import { exponential } from './exponential.ts';
import { inverseTime } from './inverse-time.ts';
import { linear } from './linear.ts';
import { noam } from './noam.ts';
import { oneCycle } from './one-cycle.ts';
import { piecewiseConstant } from './piecewise-constant.ts';
import { polynomial } from './polynomial.ts';
import { stepDecay } from './step-decay.ts';

interface Golden {
  readonly schedule: string;
  readonly arguments: readonly unknown[];
  readonly values: readonly number[];
}

const schedules: Record<string, (...options: never[]) => Schedule> = {
  constant,
  cosineDecay,
  cosineRestarts,
  cyclic,
  exponential,
  inverseTime,
  linear,
  noam,
  oneCycle,
  piecewiseConstant,
  polynomial,
  stepDecay,
};
const folder = new URL('../../../../fixtures/optimizers-schedules/', import.meta.url);
const goldens = readdirSync(folder).map((file): [string, Golden] => [
  file,
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden,
]);

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('every schedule has a golden', () => {
  expect([...new Set(goldens.map(([, { schedule }]) => schedule))].sort()).toEqual(Object.keys(schedules));
});

test.each(goldens)('agrees with PyTorch at every step: %s', (_file, golden) => {
  const schedule = (schedules[golden.schedule] as (typeof schedules)[string])(...(golden.arguments as never[]));
  expect(golden.values).toHaveLength(64);
  const largest = Math.max(...golden.values);
  const errors = golden.values.map((value, step) => Math.abs((schedule(tf.scalar(step, 'int32')).dataSync()[0] as number) - value));
  expect(Math.max(...errors) / largest).toBeLessThan(1e-6);
});
