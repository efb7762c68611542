import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';
import { unaryBodies } from './unary-bodies.ts';

/** erf by its power series, which is good to 1e-9 up to 4. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const { SELU_SCALE: scale, SELU_SCALEALPHA: scaleAlpha } = tf.backend_util;

/** By kernel: the function in double precision, the range it is tried on, and the greatest error in units in the last place. */
const accuracy: Readonly<Record<string, readonly [(x: number) => number, low: number, high: number, ulp: number]>> = {
  Acos: [Math.acos, -1, 1, 2],
  Acosh: [Math.acosh, 1, 3e38, 2],
  Asin: [Math.asin, -1, 1, 3],
  Asinh: [Math.asinh, -3e38, 3e38, 2],
  Atan: [Math.atan, -3e38, 3e38, 2],
  Atanh: [Math.atanh, -1, 1, 3],
  Cos: [Math.cos, -3e38, 3e38, 0.51],
  Cosh: [Math.cosh, -89.4, 89.4, 3],
  Elu: [(x) => (x >= 0 ? x : Math.expm1(x)), -25, 1, 2],
  Erf: [erf, -4, 4, 2],
  Exp: [Math.exp, -104, 88.8, 3],
  Expm1: [Math.expm1, -25, 88.8, 2],
  Log: [Math.log, 0, 3e38, 1],
  Log1p: [Math.log1p, -1, 3e38, 2],
  Reciprocal: [(x) => 1 / x, -9, 9, 0.5],
  Rsqrt: [(x) => 1 / Math.sqrt(x), 0, 9, 2],
  Selu: [(x) => (x >= 0 ? scale * x : scaleAlpha * Math.expm1(x)), -25, 1, 2],
  Sigmoid: [(x) => 1 / (1 + Math.exp(-x)), -87, 20, 4],
  Sin: [Math.sin, -3e38, 3e38, 0.51],
  Sinh: [Math.sinh, -89.4, 89.4, 3],
  Softplus: [(x) => Math.log1p(Math.exp(x)), -86, 40, 3],
  Sqrt: [Math.sqrt, 0, 9, 0.5],
  Tan: [Math.tan, -3e38, 3e38, 0.51],
  Tanh: [Math.tanh, -11, 11, 3],
};

/** Even steps over a range, then every size inside it, with both signs where it has them, down to the smallest. */
function samples(low: number, high: number): Float32Array {
  const size = 10_001;
  const inside = (x: number): number => Math.min(Math.max(Math.fround(x), low), high);
  const steps = Array.from({ length: size }, (_, i) => inside(low + (high - low) * (i / (size - 1))));
  const scale = Math.log2(high);
  const sizes = Array.from({ length: 4 * size }, (_, i) =>
    inside(2 ** (scale - (i / (4 * size)) * (scale + 149)) * (low < 0 && i % 2 === 1 ? -1 : 1)),
  );
  // Where the function has its bends.
  const ordinary = Array.from({ length: 4 * size }, (_, i) => inside(-12 + (24 * i) / (4 * size)));
  return Float32Array.from([...steps, ...sizes, ...ordinary]);
}

/** The distance of neighbouring floats at a value, that of the smallest subnormal at least. */
const spacing = (value: number): number => 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(value))) - 23);

// The two builds round differently: one has fused multiply-adds.
describe.each([false, true])('deterministic: %s', (deterministic) => {
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    const backend = await selectBackend([wasm({ threads: 2, deterministic })]);
    dispose = () => backend.dispose();
  });
  afterAll(() => dispose());

  test.each(Object.keys(accuracy))('%s errs by no more units in the last place than stated', (name) => {
    const [exact, low, high, ulp] = accuracy[name]!;
    const x = samples(low, high);
    const y = tf.tidy(() =>
      tf
        .engine()
        .runKernel<tf.Tensor>(name, { x: tf.tensor1d(x) })
        .dataSync(),
    );
    let worst = 0;
    let at = 0;
    x.forEach((value, i) => {
      const wanted = exact(value);
      if (!Number.isFinite(Math.fround(wanted)) || wanted === 0) {
        expect(y[i], `${name} of ${value}`).toBe(Math.fround(wanted));
        return;
      }
      const error = Math.abs(y[i]! - wanted) / spacing(wanted);
      if (error > worst) [worst, at] = [error, value];
    });
    expect(worst, `${name} of ${at}`).toBeLessThanOrEqual(ulp + 1e-6);
  });

  test('zeros keep their sign where the function is odd', () => {
    const zeros = tf.tensor1d([0, -0, 0, -0, -0]);
    const odd = 'Asin Asinh Atan Atanh Erf Expm1 Log1p Sin Sinh Tan Tanh Selu Elu Ceil Floor Round Sqrt'.split(' ');
    for (const name of odd) {
      const y = tf.tidy(() => tf.engine().runKernel<tf.Tensor>(name, { x: zeros }).dataSync());
      expect([name, ...Array.from(y, (value) => Object.is(value, -0))]).toEqual([name, false, true, false, true, true]);
    }
    for (const name of ['Relu', 'Relu6', 'Sign']) {
      const y = tf.tidy(() => tf.engine().runKernel<tf.Tensor>(name, { x: zeros }).dataSync());
      expect([name, ...Array.from(y, (value) => Object.is(value, 0))]).toEqual([name, true, true, true, true, true]);
    }
    zeros.dispose();
  });

  /** Larger tensors are cut into parts, which is alike for all functions: one of each kind is tried. */
  const cutAlike: ReadonlySet<string> = new Set(['Exp', 'Abs', 'IsNan', 'ClipByValue']);

  const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-40, -1e-40, 3.4e38, -3.4e38, 88.72, -103.9, 89, -200, 6, 7, 0.5, -0.5];
  const attrs: Readonly<Record<string, tf.NamedAttrMap>> = {
    ClipByValue: { clipValueMin: -0.75, clipValueMax: 2 },
    LeakyRelu: { alpha: 0.2 },
    Step: { alpha: 0.25 },
  };

  test.each([...unaryBodies.keys()])('%s of special values, of odd sizes and of parts', (name) => {
    // Each in each lane.
    const values = Array.from({ length: 4 * special.length }, (_, i) => special[i % special.length]!);
    compareWithCpu(name, { x: { shape: [values.length], values } }, attrs[name], 1e-5);
    const sizes = [0, 1, 2, 3, 5, 31, 1025, ...(cutAlike.has(name) ? [65_539, 200_003] : [])];
    for (const size of sizes) compareWithCpu(name, { x: { shape: [size] } }, attrs[name], 1e-5);
    compareWithCpu(name, { x: { shape: [2, 3, 1], dtype: 'int32', values: [1, 2, 3, 4, 5, 6] } }, attrs[name], 1e-5);
  });

  test('the thread count does not show in the bits', () => {
    const values = tf.tensor1d(Float32Array.from({ length: 100_001 }, (_, i) => Math.sin(i) * 9));
    const whole = tf.exp(values).dataSync();
    const parts = tf.tidy(() => tf.concat([tf.exp(tf.slice(values, 0, 50_001)), tf.exp(tf.slice(values, 50_001))]).dataSync());
    expect(parts).toEqual(whole);
    values.dispose();
  });
});
