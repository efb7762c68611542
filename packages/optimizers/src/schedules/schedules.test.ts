import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import type { Schedule } from '@kumiko/core';
import { constant } from './constant.ts';
import { cosineDecay } from './cosine-decay.ts';
import { joinSchedules } from './join-schedules.ts';
import { linear } from './linear.ts';
import { linearWarmup } from './linear-warmup.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

const rows: { name: string; make: () => Schedule; values: readonly (readonly [step: number, value: number])[] }[] = [
  {
    name: 'constant',
    make: () => constant(0.3),
    values: [
      [0, 0.3],
      [1e6, 0.3],
    ],
  },
  {
    name: 'cosineDecay',
    // At a third of the way cos(pi/3) = 1/2: 0.2 + 0.8 * 3/4 = 0.8.
    make: () => cosineDecay({ initialValue: 1, finalValue: 0.2, steps: 30 }),
    values: [
      [0, 1],
      [10, 0.8],
      [15, 0.6],
      [20, 0.4],
      [30, 0.2],
      [31, 0.2],
      [1e9, 0.2],
    ],
  },
  {
    name: 'linear',
    make: () => linear({ initialValue: 2, finalValue: 1, steps: 4 }),
    values: [
      [0, 2],
      [1, 1.75],
      [4, 1],
      [5, 1],
    ],
  },
  {
    name: 'joinSchedules',
    make: () => joinSchedules([constant(5), linear({ initialValue: 1, finalValue: 0, steps: 10 }), constant(7)], [3, 8]),
    values: [
      [0, 5],
      [2, 5],
      [3, 1],
      [4, 0.9],
      [7, 0.6],
      [8, 7],
      [100, 7],
    ],
  },
  {
    name: 'linearWarmup',
    make: () => linearWarmup(cosineDecay({ initialValue: 8, steps: 10 }), 3),
    values: [
      [0, 2],
      [1, 4],
      [2, 6],
      [3, 8],
      [8, 4],
      [13, 0],
    ],
  },
];

test.each(rows)('$name has its values, for int32 and float32 steps', ({ make, values }) => {
  const schedule = make();
  for (const [step, wanted] of values) {
    for (const dtype of ['int32', 'float32'] as const) {
      const value = schedule(tf.scalar(step, dtype));
      expect([value.dtype, value.shape]).toEqual(['float32', []]);
      expect(value.dataSync()[0]).toBeCloseTo(wanted, 5);
    }
  }
});

test.each(rows)('$name leaves nothing behind', async ({ make }) => {
  const schedule = make();
  const step = tf.scalar(2, 'int32');
  await trackLeaks(() => tf.tidy(() => schedule(step)));
  expect(step.isDisposed).toBe(false);
});

test('says what is wrong', () => {
  expect(() => constant(Infinity)).toThrow('constant: expected value in (-Infinity, Infinity), got Infinity');
  expect(() => cosineDecay({ initialValue: 1, steps: 0 })).toThrow('cosineDecay: expected steps in 1, 2, 3, ..., got 0');
  expect(() => linear({ initialValue: NaN, finalValue: 0, steps: 1 })).toThrow('linear: expected initialValue');
  expect(() => linearWarmup(constant(1), 2.5)).toThrow('linearWarmup: expected steps in 1, 2, 3, ..., got 2.5');
  expect(() => joinSchedules([constant(1)], [5])).toThrow(
    'expected one boundary between each two schedules, got 1 schedules and 1 boundaries',
  );
  expect(() => joinSchedules([constant(1), constant(2), constant(3)], [5, 5])).toThrow(
    'expected rising whole numbers above 0 as boundaries, got [5, 5]',
  );
});
