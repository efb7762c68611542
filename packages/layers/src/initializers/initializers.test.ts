import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key } from '@kumiko/core';
import { constantValues } from './constant-values.ts';
import { fans } from './fans.ts';
import { glorotNormal } from './glorot-normal.ts';
import { glorotUniform } from './glorot-uniform.ts';
import { heNormal } from './he-normal.ts';
import { heUniform } from './he-uniform.ts';
import { lecunNormal } from './lecun-normal.ts';
import { lecunUniform } from './lecun-uniform.ts';
import { ones } from './ones.ts';
import { varianceScaling } from './variance-scaling.ts';
import { zeros } from './zeros.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

function moments(tensor: Tensor): { mean: number; variance: number; largest: number } {
  const values = [...tensor.dataSync()];
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return {
    mean,
    variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length,
    largest: Math.max(...values.map(Math.abs)),
  };
}

test('fans count the window', () => {
  expect(fans([5, 7])).toEqual({ fanIn: 5, fanOut: 7 });
  expect(fans([3, 3, 32, 64])).toEqual({ fanIn: 288, fanOut: 576 });
  expect(fans([6])).toEqual({ fanIn: 6, fanOut: 6 });
  expect(fans([])).toEqual({ fanIn: 1, fanOut: 1 });
});

// Kernel [3,3,20,60]: fanIn 180, fanOut 540, 10,800 values; the variance of a sample strays by about 1.4 %.
const shape = [3, 3, 20, 60];
/** Two deviations of a normal whose variance is 1 once it is cut off there. */
const CUT = 2 / 0.8796256610342398;

test.each([
  { name: 'glorotUniform', make: glorotUniform, variance: 2 / 720, bound: Math.sqrt(6 / 720) },
  { name: 'glorotNormal', make: glorotNormal, variance: 2 / 720, bound: CUT * Math.sqrt(2 / 720) },
  { name: 'heUniform', make: heUniform, variance: 2 / 180, bound: Math.sqrt(6 / 180) },
  { name: 'heNormal', make: heNormal, variance: 2 / 180, bound: CUT * Math.sqrt(2 / 180) },
  { name: 'lecunUniform', make: lecunUniform, variance: 1 / 180, bound: Math.sqrt(3 / 180) },
  { name: 'lecunNormal', make: lecunNormal, variance: 1 / 180, bound: CUT * Math.sqrt(1 / 180) },
])('$name has its variance and its bound, and repeats for its key', ({ make, variance, bound }) => {
  const tensor = make(key(5), shape);
  expect(tensor.shape).toEqual(shape);
  expect(tensor.dtype).toBe('float32');
  const sample = moments(tensor);
  expect(Math.abs(sample.mean)).toBeLessThan(4 * Math.sqrt(variance / 10_800));
  expect(sample.variance / variance).toBeGreaterThan(0.94);
  expect(sample.variance / variance).toBeLessThan(1.06);
  expect(sample.largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
  expect(sample.largest).toBeGreaterThan(bound * 0.95);
  expect(make(key(5), shape).dataSync()).toEqual(tensor.dataSync());
  expect(make(key(6), shape).dataSync()).not.toEqual(tensor.dataSync());
});

test('a plain normal is not cut off', () => {
  const { largest, variance } = moments(varianceScaling({ scale: 4, mode: 'fanOut', distribution: 'normal' })(key(1), shape));
  expect(variance / (4 / 540)).toBeGreaterThan(0.94);
  expect(variance / (4 / 540)).toBeLessThan(1.06);
  expect(largest).toBeGreaterThan(3 * Math.sqrt(4 / 540));
});

test('constants', () => {
  expect([...zeros(key(0), [2]).dataSync()]).toEqual([0, 0]);
  expect([...ones(key(0), [2]).dataSync()]).toEqual([1, 1]);
  expect([...constantValues(0.25)(key(0), []).dataSync()]).toEqual([0.25]);
});

test('says what is wrong', () => {
  expect(() => varianceScaling({ scale: 0 })).toThrow('varianceScaling: expected scale > 0, got 0. ');
  expect(() => varianceScaling({ mode: 'fan' as 'fanIn' })).toThrow("expected mode 'fanIn', 'fanOut' or 'fanAverage', got 'fan'");
  expect(() => varianceScaling({ distribution: 'cauchy' as 'normal' })).toThrow("got 'cauchy'");
});
