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
  Exp: [Math.exp, -104, 88.8, 3],
  Log: [Math.log, 0, 20, 2],
  Tanh: [Math.tanh, -11, 11, 3],
  Erf: [erf, -4, 4, 2],
  Softplus: [(x) => Math.log1p(Math.exp(x)), -86, 40, 3],
  Selu: [(x) => (x >= 0 ? scale * x : scaleAlpha * Math.expm1(x)), -25, 1, 4],
  Sqrt: [Math.sqrt, 0, 9, 0.5],
  Rsqrt: [(x) => 1 / Math.sqrt(x), 0, 9, 2],
  Reciprocal: [(x) => 1 / x, -9, 9, 0.5],
};

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
    const size = 10_001;
    // Even steps over the range, then ever smaller numbers of both signs inside it.
    const x = Float32Array.from({ length: 7 * size }, (_, i) =>
      i < size ? low + ((high - low) * i) / (size - 1) : 2 ** (-(i - size) / 600) * (low < 0 && i % 2 === 1 ? -1 : 1),
    );
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
        expect(y[i]).toBe(Math.fround(wanted));
        return;
      }
      const error = Math.abs(y[i]! - wanted) / spacing(wanted);
      if (error > worst) [worst, at] = [error, value];
    });
    expect(worst, `${name} of ${at}`).toBeLessThanOrEqual(ulp + 1e-6);
  });

  const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-40, -1e-40, 3.4e38, -3.4e38, 88.72, -103.9, 89, -200, 6, 7, 0.5, -0.5];
  const attrs: Readonly<Record<string, tf.NamedAttrMap>> = {
    LeakyRelu: { alpha: 0.2 },
  };

  test.each([...unaryBodies.keys()])('%s of special values, of odd sizes and of parts', (name) => {
    // Often enough to be above every size below which stock computes.
    const values = Array.from({ length: 70_000 }, (_, i) => special[(i * 7) % special.length]!);
    compareWithCpu(name, { x: { shape: [values.length], values } }, attrs[name], 1e-5);
    for (const size of [0, 1, 2, 3, 5, 31, 1025, 65_539, 200_003]) compareWithCpu(name, { x: { shape: [size] } }, attrs[name], 1e-5);
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
