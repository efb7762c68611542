import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { geluTanh } from './gelu-tanh.ts';
import { gelu } from './gelu.ts';
import { silu } from './silu.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** erf by its power series below 3, by a continued fraction above. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 3) {
    let fraction = size;
    for (let n = 60; n > 0; n--) fraction = size + n / 2 / fraction;
    return Math.sign(x) * (1 - Math.exp(-size * size) / fraction / Math.sqrt(Math.PI));
  }
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const gate = (x: number): number => sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3));

/** In double precision. */
const exact = {
  gelu: (x: number) => (x * (1 + erf(x * Math.SQRT1_2))) / 2,
  geluTanh: (x: number) => x * gate(x),
  silu: (x: number) => x * sigmoid(x),
};

const units = { gelu, geluTanh, silu };
/** The greatest error of the slopes. */
const slopeError = { gelu: 2 ** -21, geluTanh: 2 ** -18, silu: 2 ** -20 };

const names = Object.keys(units) as (keyof typeof units)[];

/** The derivative by central differences in double precision. */
const derivative = (f: (x: number) => number, x: number, step: number): number => (f(x + step) - f(x - step)) / (2 * step);

onEveryBackend((backend) => {
  test.each(names)('%s, its slope and the slope of that are those of the formula in double precision', (name) => {
    const size = 4001;
    const x = Float32Array.from({ length: size }, (_, i) => (i - 2000) / 160);
    const f = units[name] as (at: tf.Tensor) => tf.Tensor;
    const slope = (at: tf.Tensor): tf.Tensor => tf.grad(f)(at);
    const [y, first, second] = tf.tidy(() =>
      [f(tf.tensor1d(x)), slope(tf.tensor1d(x)), tf.grad(slope)(tf.tensor1d(x))].map((t) => t.dataSync()),
    );
    x.forEach((value, i) => {
      expect(Math.abs(y![i]! - exact[name](value))).toBeLessThanOrEqual(2 ** -20 * Math.max(Math.abs(value), 2 ** -20));
      expect(Math.abs(first![i]! - derivative(exact[name], value, 1e-5))).toBeLessThan(slopeError[name]);
      expect(Math.abs(second![i]! - derivative((at) => derivative(exact[name], at, 1e-4), value, 1e-4))).toBeLessThan(2e-5);
    });
  });

  test.each(names)('%s far out, of nothing and of integers', (name) => {
    const f = units[name] as (at: tf.Tensor) => tf.Tensor;
    const far = tf.tensor1d([-3e38, -200, 200, 3e38, Infinity, Number.NaN]);
    expect(Array.from(f(far).dataSync(), (value) => value + 0)).toEqual([0, 0, 200, Math.fround(3e38), Infinity, Number.NaN]);
    expect(
      [
        ...tf
          .grad(f)(tf.tensor1d([-1e6, -200, 200, 1e6]))
          .dataSync(),
      ].map((value) => value + 0),
    ).toEqual([0, 0, 1, 1]);
    expect(f(tf.zeros([0, 3])).shape).toEqual([0, 3]);
    expect(f(tf.tensor1d([1, 2], 'int32')).dataSync()).toEqual(f(tf.tensor1d([1, 2])).dataSync());
  });

  test.each(names)('%s leaves nothing behind', async (name) => {
    const x = tf.tensor2d([[1, -2, 3]]);
    tf.dispose(await trackLeaks(() => [units[name](x), tf.grad(units[name] as (at: tf.Tensor) => tf.Tensor)(x)]));
    expect(x.isDisposed).toBe(false);
  });

  test.runIf(backend !== 'cpu').each(names)('%s is one kernel, and one more for the gradient', async (name) => {
    const f = units[name] as (at: tf.Tensor) => tf.Tensor;
    const x = tf.tensor1d([1, 2, 3]);
    const { kernelNames } = await tf.profile(() => tf.tidy(() => f(x)));
    const kernelName = `Kumiko${name[0]!.toUpperCase()}${name.slice(1)}`;
    expect(kernelNames).toEqual([kernelName]);
    expect((await tf.profile(() => tf.tidy(() => tf.grad(f)(x)))).kernelNames).toContain(`${kernelName}Slope`);
  });
});
