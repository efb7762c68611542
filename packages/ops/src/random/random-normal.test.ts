import { trackLeaks } from '@kumiko/backend';
import { generator, key, keyTensor } from '@kumiko/core';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { kolmogorovSmirnov, moment } from '../kolmogorov-smirnov.fixture.ts';
import { errorFunction } from './internal/error-function.ts';
import { randomNormalReference } from './internal/random-normal-reference.ts';
import { randomNormal } from './random-normal.ts';

const distribution = (x: number): number => (1 + errorFunction(x / Math.SQRT2)) / 2;

let ofFirstBackend: Float32Array | undefined;

onEveryBackend((name) => {
  test('the normal distribution of a value is the uniform that it came from', async () => {
    const values = await randomNormal(key(5), [20_001]).data();
    const uniforms = generator(key(5)).uniforms(20_001);
    // Phi(z) must be u + 2^-25: the density is at most 0.4, so that an error of 4e-7 (1 + |z|) in z stays below 4e-7 in Phi.
    const errors = values.map((z, i) => Math.abs(distribution(z) - (uniforms[i] as number) - 2 ** -25));
    expect(Math.max(...errors)).toBeLessThan(4e-7);
  });

  test('the tails are as exact as the centre', async () => {
    // Of 2^20 values some 60 lie beyond 4: there Phi(-|z|) is small, and relative errors count. d ln Phi / dz is near -|z|.
    const values = await randomNormal(key(6), [2 ** 20]).data();
    const uniforms = generator(key(6)).uniforms(2 ** 20);
    let beyond = 0;
    values.forEach((z, i) => {
      if (Math.abs(z) < 4) return;
      beyond++;
      const u = (uniforms[i] as number) + 2 ** -25;
      // 1 - Phi loses digits: the tail is Phi(-|z|) from a continued fraction of Mills' ratio.
      const t = Math.abs(z);
      let ratio = t;
      for (let k = 60; k >= 1; k--) ratio = t + k / ratio;
      const tail = Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI) / ratio;
      expect(Math.abs(tail / (z < 0 ? u : 1 - u) - 1)).toBeLessThan(1e-5);
    });
    expect(beyond).toBeGreaterThan(30);
    expect(beyond).toBeLessThan(110);
    expect((values as Float32Array).reduce((most, z) => Math.max(most, Math.abs(z)), 0)).toBeLessThan(5.42);
  });

  test('moments and distribution are those of a standard normal', async () => {
    const values = await randomNormal(key(7), [100_000]).data();
    // Standard errors for n = 1e5: mean 0.0032, second moment sqrt(2/n) 0.0045, third sqrt(15/n) 0.012, fourth sqrt(96/n) 0.031; four of each.
    expect(Math.abs(moment(values, 1))).toBeLessThan(0.013);
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(0.018);
    expect(Math.abs(moment(values, 3))).toBeLessThan(0.05);
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(0.125);
    expect(kolmogorovSmirnov(values, distribution)).toBeLessThan(1.95);
  });

  test('mean and standardDeviation scale it', async () => {
    const [plain, scaled] = [
      await randomNormal(key(8), [50]).data(),
      await randomNormal(key(8), [50], { mean: -2, standardDeviation: 3 }).data(),
    ];
    scaled.forEach((value, i) => expect(value).toBeCloseTo(3 * (plain[i] as number) - 2, 5));
  });

  test('the reference agrees', async () => {
    const values = await randomNormal(key(10), [3, 333], { mean: 0.5, standardDeviation: 2 }).data();
    const reference = await randomNormalReference({ key: keyTensor(key(10)) }, { shape: [3, 333], mean: 0.5, standardDeviation: 2 }).data();
    values.forEach((value, i) => expect(Math.abs(value - (reference[i] as number))).toBeLessThan(4e-6));
  });

  test('backends agree within a few units, thread counts bit for bit', async () => {
    const values = (await randomNormal(key(12), [40_000]).data()) as Float32Array;
    ofFirstBackend ??= values;
    const differences = values.map((value, i) => Math.abs(value - (ofFirstBackend?.[i] as number)));
    expect(Math.max(...differences)).toBeLessThan(2e-6);
    if (name === 'wasm, 1 thread') ofFirstBackend = values;
    if (name === 'wasm, 2 threads') expect(values).toEqual(ofFirstBackend);
  });

  test('shapes, and nothing left behind', async () => {
    const tensor = keyTensor(key(1));
    expect((await trackLeaks(() => randomNormal(tensor, [3, 1]))).shape).toEqual([3, 1]);
    expect((await trackLeaks(() => randomNormal(key(1), [2, 0]))).shape).toEqual([2, 0]);
    expect((await trackLeaks(() => randomNormal(key(1), []))).shape).toEqual([]);
  });

  test('it refuses what is no mean and no deviation', () => {
    expect(() => randomNormal(key(0), [1], { mean: NaN })).toThrow('randomNormal: expected a finite mean, got NaN. Pass a number.');
    expect(() => randomNormal(key(0), [1], { standardDeviation: -1 })).toThrow(
      'randomNormal: expected a finite standardDeviation >= 0, got -1. Pass the root of the variance.',
    );
  });
});
