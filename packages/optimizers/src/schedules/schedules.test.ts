import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import type { Schedule } from '@kumiko/core';
import { constant } from './constant.ts';
import { cosineDecay } from './cosine-decay.ts';
import { joinSchedules } from './join-schedules.ts';
import { linear } from './linear.ts';
import { linearWarmup } from './linear-warmup.ts';
import { stepDecay } from './step-decay.ts';
import { polynomial } from './polynomial.ts';
import { piecewiseConstant } from './piecewise-constant.ts';
import { oneCycle } from './one-cycle.ts';
import { noam } from './noam.ts';
import { inverseTime } from './inverse-time.ts';
import { exponential } from './exponential.ts';
import { cyclic } from './cyclic.ts';
import { cosineRestarts } from './cosine-restarts.ts';

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
  {
    name: 'cosineRestarts',
    // Cycles of 2, 6, 18, ... steps: at 0, 2, 8, 26.
    make: () => cosineRestarts({ initialValue: 3, finalValue: 1, steps: 2, multiplier: 3 }),
    values: [
      [0, 3],
      [1, 2],
      [2, 3],
      [5, 2],
      [8, 3],
      [17, 2],
      [26, 3],
    ],
  },
  {
    name: 'cyclic',
    // Up in 2, down in 4; the second top is half as high.
    make: () => cyclic({ minimumValue: 1, maximumValue: 5, risingSteps: 2, fallingSteps: 4, height: 'halved' }),
    values: [
      [0, 1],
      [1, 3],
      [2, 5],
      [3, 4],
      [6, 1],
      [8, 3],
    ],
  },
  {
    name: 'exponential',
    make: () => exponential({ initialValue: 16, decayRate: 0.25, steps: 2, finalValue: 3 }),
    values: [
      [0, 16],
      [1, 8],
      [2, 4],
      [3, 3],
    ],
  },
  {
    name: 'exponential that grows',
    make: () => exponential({ initialValue: 1, decayRate: 2, finalValue: 6 }),
    values: [
      [2, 4],
      [3, 6],
    ],
  },
  {
    name: 'inverseTime',
    make: () => inverseTime({ initialValue: 6, decayRate: 1, steps: 2 }),
    values: [
      [0, 6],
      [1, 4],
      [4, 2],
    ],
  },
  {
    name: 'noam',
    // 2 / sqrt(4) = 1 times 1/8 of the way to 4^-0.5 per step, then 1/sqrt(t).
    make: () => noam({ modelSize: 4, warmupSteps: 4, factor: 2 }),
    values: [
      [0, 0.125],
      [3, 0.5],
      [15, 0.25],
    ],
  },
  {
    name: 'oneCycle',
    // The top at step 0.5 * 10 - 1 = 4, the end at step 9.
    make: () => oneCycle({ maximumValue: 8, steps: 10, risingFraction: 0.5, initialDivisor: 2, finalDivisor: 4, shape: 'linear' }),
    values: [
      [0, 4],
      [2, 6],
      [4, 8],
      [9, 1],
      [50, 1],
    ],
  },
  {
    name: 'piecewiseConstant',
    make: () => piecewiseConstant([3, 2, 1], [2, 5]),
    values: [
      [0, 3],
      [1, 3],
      [2, 2],
      [4, 2],
      [5, 1],
      [1e6, 1],
    ],
  },
  { name: 'piecewiseConstant of one', make: () => piecewiseConstant([3], []), values: [[7, 3]] },
  {
    name: 'polynomial',
    // Three quarters are left: 1 + 16 * 0.75^2 = 10.
    make: () => polynomial({ initialValue: 17, finalValue: 1, power: 2, steps: 4 }),
    values: [
      [0, 17],
      [1, 10],
      [4, 1],
      [9, 1],
    ],
  },
  {
    name: 'stepDecay',
    make: () => stepDecay({ initialValue: 8, factor: 0.5, steps: 3 }),
    values: [
      [0, 8],
      [2, 8],
      [3, 4],
      [6, 2],
      [8, 2],
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
  expect(() => cosineRestarts({ initialValue: 1, steps: 3, multiplier: 1.5 })).toThrow('expected multiplier in 1, 2, 3, ..., got 1.5');
  expect(() => cyclic({ minimumValue: 0, maximumValue: 1, risingSteps: 0 })).toThrow('cyclic: expected risingSteps in 1, 2, 3');
  expect(() => cyclic({ minimumValue: 0, maximumValue: 1, risingSteps: 1, height: 'flat' as never })).toThrow("got 'flat'");
  expect(() => exponential({ initialValue: 1, decayRate: 0 })).toThrow('exponential: expected decayRate in (0, Infinity), got 0');
  expect(() => inverseTime({ initialValue: 1, decayRate: -1 })).toThrow('inverseTime: expected decayRate in [0, Infinity), got -1');
  expect(() => noam({ modelSize: 0, warmupSteps: 1 })).toThrow('noam: expected modelSize in 1, 2, 3, ..., got 0');
  expect(() => oneCycle({ maximumValue: 1, steps: 3 })).toThrow(
    'oneCycle: expected risingFraction * steps above 1 and below 3, got 0.3 * 3. ',
  );
  expect(() => oneCycle({ maximumValue: 1, steps: 1 })).toThrow('oneCycle: expected steps in 2, 3, 4, ..., got 1');
  expect(() => oneCycle({ maximumValue: 1, steps: 9, shape: 'flat' as never })).toThrow("got 'flat'");
  expect(() => piecewiseConstant([1, 2], [])).toThrow('got 2 values and 0 boundaries');
  expect(() => piecewiseConstant([1, 2, 3], [5, 4])).toThrow('expected rising whole numbers above 0 as boundaries, got [5, 4]');
  expect(() => piecewiseConstant([1, NaN], [4])).toThrow('piecewiseConstant: expected values in (-Infinity, Infinity), got NaN');
  expect(() => polynomial({ initialValue: 1, power: 0, steps: 1 })).toThrow('polynomial: expected power in (0, Infinity), got 0');
  expect(() => stepDecay({ initialValue: 1, factor: -1, steps: 1 })).toThrow('stepDecay: expected factor in (0, Infinity), got -1');
});
