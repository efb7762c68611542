import './gradients/use-float64.ts';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { finiteDifferences } from './gradients/finite-differences.ts';
import { gradientRows, rowCotangent, rowGradients, rowTensors, rowValues, type GradientRow } from './gradients/gradient-rows.ts';
import { gradients } from './gradients/gradients.ts';
import { gradientKernels, registerGradients } from './gradients/register-gradients.ts';
import { SOFTMAX_GRADIENT } from './gradients/softmax-gradient.ts';

type Tensor = tf.Tensor;

/** Relative to the larger of 1 and the derivative; central differences leave about 1e-9. */
const TOLERANCE = 1e-6;

/** The kernels whose gradients were called. */
const called = new Set<string>();

beforeAll(async () => {
  await tf.setBackend('cpu');
  // Kernels that cpu lacks and others have: with these stand-ins their gradients are reached.
  tf.registerKernel({
    kernelName: 'LogSoftmax',
    backendName: 'cpu',
    kernelFunc: ({ inputs }) => tf.logSoftmax(inputs['logits'] as Tensor),
  });
  tf.registerKernel({
    kernelName: SOFTMAX_GRADIENT,
    backendName: 'cpu',
    kernelFunc: ({ inputs: { dy, y } }) => tf.mul(y as Tensor, tf.sub(dy as Tensor, tf.sum(tf.mul(dy as Tensor, y as Tensor), -1, true))),
  });
  tf.registerKernel({
    kernelName: 'BroadcastTo',
    backendName: 'cpu',
    kernelFunc: ({ inputs, attrs }) => tf.broadcastTo(inputs['x'] as Tensor, attrs?.['shape'] as number[]),
  });
  // The cpu kernel is an approximation (Abramowitz and Stegun 7.1.26) whose slope is off by 1e-5: its series has the true one.
  tf.unregisterKernel('Erf', 'cpu');
  tf.registerKernel({ kernelName: 'Erf', backendName: 'cpu', kernelFunc: ({ inputs }) => mapValues(inputs['x'] as Tensor, erf) });
  registerGradients();
  for (const { config } of gradients) {
    tf.unregisterGradient(config.kernelName);
    tf.registerGradient({
      ...config,
      gradFunc: (...args) => {
        called.add(config.kernelName);
        return config.gradFunc(...args);
      },
    });
  }
});

function mapValues(x: Tensor, fn: (value: number) => number): Tensor {
  return tf.tensor(Array.from(x.dataSync(), fn), x.shape);
}

/** erf x = 2 / sqrt(pi) sum over n of (-1)^n x^(2n + 1) / (n! (2n + 1)) */
function erf(x: number): number {
  let sum = 0;
  for (let n = 0, power = x; n < 100; n++, power *= (-x * x) / n) sum += power / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function expectClose(actual: readonly Tensor[], expected: readonly number[][]): void {
  const errors = actual.flatMap((tensor, input) => {
    const values = tensor.dataSync();
    expect(values).toBeInstanceOf(Float64Array);
    expect(values).toHaveLength(expected[input]?.length ?? -1);
    return Array.from(values, (value, index) => {
      const wanted = expected[input]?.[index] as number;
      return Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
    });
  });
  expect(actual).toHaveLength(expected.length);
  expect(
    errors.every((error) => error < TOLERANCE),
    `errors ${errors.filter((error) => !(error < TOLERANCE)).join(', ')}`,
  ).toBe(true);
}

/** The output of a row, weighted to a scalar. */
const weighted =
  (row: GradientRow, cotangent: Tensor) =>
  (...inputs: Tensor[]) =>
    tf.sum(tf.mul(row.apply(...inputs), cotangent));

/** A fixed mixture of a row's gradients as a function of its inputs and its cotangent, to be differentiated again. */
const mixture =
  (row: GradientRow) =>
  (...args: Tensor[]) => {
    const first = tf.grads(row.apply)(args.slice(0, -1), args.at(-1));
    const terms = first.map((gradient, index) => {
      const weights = rowValues({ shape: gradient.shape, low: -1, high: 2 }, 50 + index);
      return tf.sum(tf.mul(gradient, tf.tensor(weights, gradient.shape)));
    });
    // An argument that the gradients do not depend on must still be connected to the result.
    return tf.addN([...terms, ...args.map((arg) => tf.mul(0, tf.sum(arg)))]);
  };

const named = (rows: readonly GradientRow[]) => rows.map((row) => [row.name, row] as const);

describe('a gradient agrees with central differences in double precision', () => {
  test.each(named(gradientRows))('%s', (_name, row) => {
    tf.tidy(() => {
      called.clear();
      const inputs = rowTensors(row);
      const cotangent = rowCotangent(row.apply(...inputs).shape);
      expectClose(tf.grads(row.apply)(inputs, cotangent), finiteDifferences(weighted(row, cotangent), inputs));
      for (const kernel of row.kernels) expect(called).toContain(kernel);
    });
  });
});

describe('a gradient of a gradient agrees with central differences', () => {
  test.each(named(gradientRows.filter((row) => row.once === undefined)))('%s', (_name, row) => {
    tf.tidy(() => {
      const inputs = rowTensors(row);
      const args = [...inputs, rowCotangent(row.apply(...inputs).shape)];
      expectClose(tf.grads(mixture(row))(args), finiteDifferences(mixture(row), args));
    });
  });
});

test('every gradient is exercised by a row, and no kernel has two', () => {
  const exercised = new Set(gradientRows.flatMap(({ kernels }) => kernels));
  expect(gradientKernels().filter((kernel) => !exercised.has(kernel))).toEqual([]);
  expect(new Set(gradientKernels()).size).toBe(gradients.length);
});

test('rows have names of their own', () => {
  expect(new Set(gradientRows.map(({ name }) => name)).size).toBe(gradientRows.length);
});

test('no gradient leaves a tensor behind', () => {
  const before = tf.memory().numTensors;
  for (const row of gradientRows) rowGradients(row);
  expect(tf.memory().numTensors).toBe(before);
});

const values = (tensor: Tensor) => Array.from(tensor.dataSync());

describe('edges', () => {
  test('divNoNan at a zero divisor: 3/0 counts as 0 and has no gradient; d(6/2) = 1/2 and -6/4', () => {
    const [a, b] = tf.grads((a, b) => tf.divNoNan(a, b))([tf.tensor1d([3, 6]), tf.tensor1d([0, 2])]) as [Tensor, Tensor];
    expect(values(a)).toEqual([0, 0.5]);
    expect(values(b).map((x) => x + 0)).toEqual([0, -1.5]);
  });

  test('powers of zero: d 0^0 = 0, d 0^1 = 1, d 0^2 = 0 by the base; 0 by the exponent', () => {
    const [a, b] = tf.grads((a, b) => tf.pow(a, b))([tf.tensor1d([0, 0, 0]), tf.tensor1d([0, 1, 2])]) as [Tensor, Tensor];
    expect(values(a)).toEqual([0, 1, 0]);
    expect(values(b)).toEqual([0, 0, 0]);
  });

  test('no NaN where a function has no derivative: |x| at 0, atan2 at the origin, |z| at 0', () => {
    const zero = tf.tensor1d([0]);
    expect(values(tf.grad((x) => tf.abs(x))(zero))).toEqual([0]);
    expect(
      tf
        .grads((a, b) => tf.atan2(a, b))([zero, zero])
        .map(values),
    ).toEqual([[0], [0]]);
    expect(
      tf
        .grads((a, b) => tf.abs(tf.complex(a, b)))([zero, zero])
        .map(values),
    ).toEqual([[0], [0]]);
  });

  test('ties: each equal maximum of a reduction, the first in a pooling window, the first argument of maximum', () => {
    expect(values(tf.grad((x) => tf.max(x))(tf.tensor1d([1, 3, 3])))).toEqual([0, 1, 1]);
    expect(values(tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'))(tf.ones([1, 2, 2, 1])))).toEqual([1, 0, 0, 0]);
    expect(
      tf
        .grads((a, b) => tf.maximum(a, b))([tf.tensor1d([2]), tf.tensor1d([2])])
        .map(values),
    ).toEqual([[1], [0]]);
  });

  test('a NaN gradient of where goes to one branch only: [NaN, 1] arrives as NaN and 2', () => {
    expect(values(tf.grad((x) => tf.where(tf.greater(x, 0), x, tf.mul(2, x)))(tf.tensor1d([4, -1]), tf.tensor1d([NaN, 1])))).toEqual([
      NaN,
      2,
    ]);
  });

  test('an empty strided slice has a zero gradient', () => {
    expect(values(tf.grad((x) => tf.stridedSlice(x, [2], [2], [1]))(tf.ones([3])))).toEqual([0, 0, 0]);
  });

  test('DepthToSpace over NCHW is DepthToSpace over NHWC transposed', () => {
    const wide = tf.reshape(tf.range(0, 32), [1, 2, 4, 4]);
    const config = gradients.find(({ config }) => config.kernelName === 'DepthToSpace')?.config as tf.GradConfig;
    const run = (gradient: Tensor, dataFormat: string) =>
      (config.gradFunc(gradient, [], { blockSize: 2, dataFormat })['x'] as () => Tensor)();
    expect(run(wide, 'NCHW').shape).toEqual([1, 8, 2, 2]);
    expect(values(run(wide, 'NCHW'))).toEqual(values(tf.transpose(run(tf.transpose(wide, [0, 2, 3, 1]), 'NHWC'), [0, 3, 1, 2])));
  });
});
