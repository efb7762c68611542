import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key, type Transform, type Tree } from '@kumiko/core';
import { adaptiveGradientClip } from './adaptive-gradient-clip.ts';
import { addNoise } from './add-noise.ts';
import { centralize } from './centralize.ts';
import { clipByNorm } from './clip-by-norm.ts';
import { clipByValue } from './clip-by-value.ts';
import { setToZero } from './set-to-zero.ts';
import { zeroNans } from './zero-nans.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

/** The first update of one parameter. */
function updateOf(transform: Transform, grad: tf.Tensor, param: tf.Tensor = tf.zerosLike(grad)): unknown {
  const [updates] = transform.update({ w: grad }, transform.init({ w: param }), { w: param });
  return (updates as { w: tf.Tensor }).w.arraySync();
}

test('clipByValue cuts each number off, clipByNorm each tensor', () => {
  expect(updateOf(clipByValue(2), tf.tensor1d([-3, -2, 0, 1.5, Infinity]))).toEqual([-2, -2, 0, 1.5, 2]);
  // Norm 10 becomes 5; norm 5 and 0 stay.
  expect(updateOf(clipByNorm(5), tf.tensor1d([6, -8]))).toEqual([3, -4]);
  expect(updateOf(clipByNorm(5), tf.tensor2d([[3, -4]]))).toEqual([[3, -4]]);
  expect(updateOf(clipByNorm(5), tf.zeros([2]))).toEqual([0, 0]);
});

test('adaptiveGradientClip looks at one output unit at a time', () => {
  // Units are columns: |w| = 5, |g| = 10 > 0.5 * 5, so times 1/4; |w| = 0 counts as epsilon = 2: limit 1, |g| = 4; the third is short.
  const params = tf.tensor2d([
    [3, 0, 100],
    [4, 0, 0],
  ]);
  const grads = tf.tensor2d([
    [6, 0, 30],
    [8, 4, 40],
  ]);
  expect(updateOf(adaptiveGradientClip(0.5, { epsilon: 2 }), grads, params)).toEqual([
    [1.5, 0, 30],
    [2, 1, 40],
  ]);
  // Rank 1 is one unit: |w| = 5, limit 2.5, |g| = 10; rank 0 likewise.
  expect(updateOf(adaptiveGradientClip(0.5), tf.tensor1d([6, 8]), tf.tensor1d([3, 4]))).toEqual([1.5, 2]);
  expect(updateOf(adaptiveGradientClip(0.5), tf.scalar(-10), tf.scalar(4))).toEqual(-2);
});

test('centralize takes the mean of each output unit', () => {
  expect(
    updateOf(
      centralize(),
      tf.tensor3d([
        [
          [1, 10],
          [2, 20],
        ],
        [
          [3, 30],
          [6, 60],
        ],
      ]),
    ),
  ).toEqual([
    [
      [-2, -20],
      [-1, -10],
    ],
    [
      [0, 0],
      [3, 30],
    ],
  ]);
  expect(updateOf(centralize(), tf.tensor1d([1, 3]))).toEqual([1, 3]);
});

test('zeroNans takes NaN alone, setToZero takes all', () => {
  expect(updateOf(zeroNans(), tf.tensor1d([NaN, Infinity, -2]))).toEqual([0, Infinity, -2]);
  expect(updateOf(setToZero(), tf.tensor1d([NaN, Infinity, -2]))).toEqual([0, 0, 0]);
});

test('addNoise has its variance, which fades, and the same key gives the same noise', () => {
  const size = 20_000;
  const params = { a: tf.zeros([size]), b: tf.zeros([size]) };
  const run = (seed: number): { a: number[]; b: number[] }[] => {
    const transform = addNoise({ key: key(seed), variance: 4, decay: 2 });
    let state: Tree = transform.init(params);
    return [0, 1].map(() => {
      const [updates, next] = transform.update({ a: tf.ones([size]), b: tf.zeros([size]) }, state as never, params);
      state = next;
      const { a, b } = updates as typeof params;
      return { a: [...a.dataSync()], b: [...b.dataSync()] };
    });
  };
  const moments = (values: readonly number[]): [number, number] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / size;
    return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size];
  };
  const [first, second] = run(1) as [{ a: number[]; b: number[] }, { a: number[]; b: number[] }];
  // Variance 4 / 1^2, then 4 / 2^2; the mean of 20000 is known to 0.014, the variance to 1 %.
  for (const [values, mean, variance] of [
    [first.a, 1, 4],
    [first.b, 0, 4],
    [second.a, 1, 1],
  ] as const) {
    expect(Math.abs(moments(values)[0] - mean)).toBeLessThan(0.06);
    expect(Math.abs(moments(values)[1] / variance - 1)).toBeLessThan(0.05);
  }
  // Independent of each other: between parameters, and between steps.
  const correlation = (x: readonly number[], y: readonly number[]): number => {
    const [mx, vx] = moments(x);
    const [my, vy] = moments(y);
    return x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] as number) - my), 0) / size / Math.sqrt(vx * vy);
  };
  expect(Math.abs(correlation(first.a, first.b))).toBeLessThan(0.04);
  expect(Math.abs(correlation(first.a, second.a))).toBeLessThan(0.04);
  expect(run(1)[1]).toEqual(second);
  expect(run(2)[0]).not.toEqual(first);
});

test('says what is wrong', () => {
  expect(() => clipByValue(0)).toThrow('clipByValue: expected maximum in (0, Infinity), got 0');
  expect(() => clipByNorm(-1)).toThrow('clipByNorm: expected maxNorm in (0, Infinity), got -1');
  expect(() => adaptiveGradientClip(0)).toThrow('adaptiveGradientClip: expected clipping in (0, Infinity), got 0');
  expect(() => adaptiveGradientClip(1, { epsilon: 0 })).toThrow('expected epsilon in (0, Infinity), got 0');
  expect(() => addNoise({ key: key(0), variance: -1 })).toThrow('addNoise: expected variance in [0, Infinity), got -1');
  expect(() => updateOf(adaptiveGradientClip(1), tf.zeros([2, 1]), tf.zeros([2, 3]))).toThrow(
    "adaptiveGradientClip: expected trees of one structure, got [2,3] and [2,1] at 'w'. ",
  );
  expect(() => adaptiveGradientClip(1).update({ v: tf.scalar(1) }, {}, { w: tf.scalar(1) })).toThrow('expected trees of one structure');
});
