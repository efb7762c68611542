import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu, testValues } from './compare-with-cpu.fixture.ts';
import { cumulativeBodies } from './cumulative-bodies.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

/** tfjs' cpu kernel takes the last axis alone: others are moved there and back. */
function onLastAxis(x: tf.Tensor, axis: number, run: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const perm = tf.backend_util.getAxesPermutation([axis], x.rank);
  return perm === null || perm === undefined
    ? run(x)
    : tf.transpose(run(tf.transpose(x, perm)), tf.backend_util.getUndoAxesPermutation(perm));
}

describe.each([...cumulativeBodies.keys()])('%s', (name) => {
  test('of the last axis, as on the cpu', () => {
    for (const exclusive of [false, true]) {
      for (const reverse of [false, true]) {
        for (const shape of [[1], [7], [5, 1], [3, 33], [300, 301], [0, 4]]) {
          const values = [...testValues(tf.util.sizeFromShape(shape), 3)].map((value) => (name === 'Cumprod' ? 1 + value / 10 : value));
          compareWithCpu(name, { x: { shape, values } }, { axis: shape.length - 1, exclusive, reverse }, 1e-6);
          const whole = values.map((value) => Math.round(value * (name === 'Cumprod' ? 1 : 1000)));
          compareWithCpu(name, { x: { shape, values: whole, dtype: 'int32' } }, { axis: shape.length - 1, exclusive, reverse }, 0);
        }
      }
    }
  });

  test('of other axes', () => {
    const run = (x: tf.Tensor, axis: number, exclusive: boolean, reverse: boolean): tf.Tensor =>
      tf.engine().runKernel(name, { x }, { axis, exclusive, reverse });
    for (const [shape, axis] of [
      [[5, 7], 0],
      [[4, 9, 1], 1],
      [[3, 6, 5], 1],
      [[50, 300, 16], 1],
    ] as const) {
      // prettier-ignore
      for (const isSet of [false, true]) {
        const [actual, expected] = tf.tidy(() => {
          const x = tf.tensor(testValues(tf.util.sizeFromShape([...shape]), 1), [...shape]);
          const wanted = onLastAxis(x, axis, (moved) => run(moved, shape.length - 1, isSet, isSet));
          return [run(x, axis, isSet, isSet).dataSync(), wanted.dataSync()];
        });
        expect(actual).toEqual(expected);
      }
    }
  });
});

test('a first -0 stays, and 0 comes before it', () => {
  const x = tf.tensor1d([-0, -0]);
  const inclusive = tf.tidy(() => tf.cumsum(x).dataSync());
  const exclusive = tf.tidy(() => tf.cumsum(x, 0, true).dataSync());
  x.dispose();
  expect([...inclusive].map((value) => Object.is(value, -0))).toEqual([true, true]);
  expect([...exclusive].map((value) => Object.is(value, -0))).toEqual([false, false]);
});
