import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu, testValues } from './compare-with-cpu.fixture.ts';
import { reductionBodies } from './reduction-bodies.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

/** Rows, columns, middle axes and whole tensors; short, odd and long; in one piece and in many. */
const cases: readonly (readonly [shape: number[], axes: number[]])[] = [
  [[1], [0]],
  [[3], [0]],
  [[16], [0]],
  [[100_003], [0]],
  [
    [400, 501],
    [0, 1],
  ],
  [[5, 1], [1]],
  [[7, 3], [1]],
  [[9, 15], [1]],
  [[3, 16], [1]],
  [[3, 1029], [1]],
  [[2, 70_001], [1]],
  [[3, 7], [0]],
  [[9, 16], [0]],
  [[1031, 3], [0]],
  [[20_001, 5], [0]],
  [[40_000, 4], [0]],
  [[300, 35], [0]],
  [[260, 1024], [0]],
  [[3, 70_001], [0]],
  [[4, 9, 5], [1]],
  [[3, 50, 33], [1]],
  [[40, 70, 64], [1]],
  [
    [4, 5, 6],
    [0, 2],
  ],
  [
    [20, 64, 9, 31],
    [0, 2, 3],
  ],
  [
    [2, 3, 4, 5, 6],
    [0, 2, 4],
  ],
];

/** Larger tensors are reduced in pieces, which is alike for all operations: one of each kind is tried. */
const MANY = 50_000;
const cutAlike: ReadonlySet<string> = new Set(['All', 'Max', 'Sum']);

const attrsOf = (name: string, axes: readonly number[], keepDims: boolean): tf.NamedAttrMap =>
  name === 'Max' ? { reductionIndices: [...axes], keepDims } : { axis: [...axes], keepDims };

describe.each([...reductionBodies.keys()])('%s', (name) => {
  const isLogical = name === 'All' || name === 'Any';
  const dtypes = isLogical ? (['bool'] as const) : (['float32', 'int32'] as const);

  test.each(dtypes)('of %s over any axes', (dtype) => {
    for (const [index, [shape, axes]] of cases.entries()) {
      const size = tf.util.sizeFromShape(shape);
      if (size > MANY && !cutAlike.has(name)) continue;
      // Few values are the odd one out, so that all and any are not the same everywhere; products stay near 1.
      const random = testValues(size, size);
      const scale = (value: number, i: number): number => {
        if (isLogical) return Number(value < (i % 3 === 0 ? 0.999 : 1)) ^ Number(name === 'Any');
        if (dtype === 'int32') return name === 'Prod' ? 1 + Number(value > 0.9999) : Math.round(value * 1000);
        return name === 'Prod' ? 1 + value / 1000 : value;
      };
      const values = [...random].map(scale);
      compareWithCpu(name, { x: { shape, dtype, values } }, attrsOf(name, axes, index % 2 === 0), 2e-6 * Math.sqrt(size));
    }
  });

  test('of nothing', () => {
    if (name === 'Max' || name === 'Min' || isLogical) return;
    compareWithCpu(name, { x: { shape: [3, 0] } }, attrsOf(name, [1], false));
    compareWithCpu(name, { x: { shape: [0, 3] } }, attrsOf(name, [1], false));
  });
});

test('special values', () => {
  for (const size of [3, 5, 17, 40, 600]) {
    for (const special of [NaN, Infinity, -Infinity]) {
      for (const at of [0, 1, size - 1, size >> 1]) {
        // Near 1, so that no product vanishes.
        const values = [...testValues(size, 1)].map((value) => 1 + value / 1000).with(at, special);
        for (const name of ['Max', 'Min', 'Sum', 'Prod', 'Mean']) {
          compareWithCpu(name, { x: { shape: [1, size], values } }, attrsOf(name, [1], false));
          compareWithCpu(
            name,
            { x: { shape: [size, 5], values: values.flatMap((value) => [1, value, 2, 3, 4]) } },
            attrsOf(name, [0], false),
            1e-4,
          );
        }
      }
    }
  }
  expect([...tf.tidy(() => tf.sum(tf.tensor1d([-0, -0])).dataSync())]).toEqual([0]);
});

test('integer sums are exact and wrap', () => {
  const values = [2 ** 31 - 1, 1, 5, -7];
  compareWithCpu('Sum', { x: { shape: [4], dtype: 'int32', values } }, { axis: [0], keepDims: false }, 0);
});

/** The greatest error of sums of uniform numbers in units in the last place of the sum. */
function sumError(shape: [number, number], axis: 0 | 1): number {
  const values = Float32Array.from(testValues(shape[0] * shape[1], 3), (value) => 1 + value / 8);
  const sums = tf.tidy(() => tf.sum(tf.tensor2d(values, shape), axis).dataSync());
  const exact = new Float64Array(sums.length);
  values.forEach((value, i) => (exact[axis === 0 ? i % shape[1] : Math.floor(i / shape[1])]! += value));
  return Math.max(...exact.map((sum, i) => Math.abs(sums[i]! - sum) / 2 ** (Math.floor(Math.log2(sum)) - 23)));
}

test('long sums lose no more digits than sums of partial sums', () => {
  expect(sumError([1, 1_000_003], 1)).toBeLessThan(2);
  expect(sumError([3, 300_001], 1)).toBeLessThan(2);
  expect(sumError([300_001, 3], 0)).toBeLessThan(8);
  expect(sumError([20_000, 64], 0)).toBeLessThan(8);
});

test('the thread count does not show in the bits', async () => {
  const shapes: [number, number][] = [[1000, 301], [3, 100_001], [200_000, 2]]; // prettier-ignore
  const run = () =>
    shapes.flatMap(([rows, columns]) =>
      [0, 1, undefined].map((axis) => tf.tidy(() => tf.sum(tf.tensor2d(testValues(rows * columns, 5), [rows, columns]), axis).dataSync())),
    );
  const two = run();
  await dispose();
  const one = await selectBackend([wasm({ threads: 1 })]);
  dispose = () => one.dispose();
  expect(run()).toEqual(two);
});
