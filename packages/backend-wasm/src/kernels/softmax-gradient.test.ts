import * as tf from '@tensorflow/tfjs-core';
import { selectBackend, trackLeaks } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

test('a row by hand', () => {
  // Logits 0 and ln 3: y = 1/4, 3/4. dy = 4, 0: the sum of dy y is 1, dx = 1/4 (4 - 1), 3/4 (0 - 1).
  tf.tidy(() => {
    const dx = tf.grad((x) => tf.softmax(x))(tf.tensor1d([0, Math.log(3)]), tf.tensor1d([4, 0]));
    [0.75, -0.75].forEach((wanted, i) => expect(dx.dataSync()[i]).toBeCloseTo(wanted, 6));
  });
});

test.each([[1], [2], [3, 4], [5, 7], [3, 8], [2, 3, 11], [300, 1001], [0, 4]])('shape %i %i %i', async (...shape) => {
  const dy = tf.tensor(testValues(tf.util.sizeFromShape(shape), 1), shape);
  const x = tf.tensor(testValues(tf.util.sizeFromShape(shape), 2), shape);
  const dx = await trackLeaks(() => tf.grad((logits: tf.Tensor) => tf.softmax(logits))(x, dy));
  const plain = tf.tidy(() => {
    const weighted = tf.mul(dy, tf.softmax(x));
    return tf.sub(weighted, tf.mul(tf.softmax(x), tf.sum(weighted, -1, true)));
  });
  const wanted = await plain.data();
  (await dx.data()).forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-6));
  expect(dx.shape).toEqual(shape);
  tf.dispose([dy, x, dx, plain]);
});

test('the gradient of the gradient is that of the powers and their sum', () => {
  tf.tidy(() => {
    const plain = (x: tf.Tensor): tf.Tensor => tf.div(tf.exp(x), tf.sum(tf.exp(x), -1, true));
    const weights = tf.tensor2d(testValues(30, 5), [3, 10]);
    const second = (fn: (x: tf.Tensor) => tf.Tensor): tf.Tensor =>
      tf.grad((x: tf.Tensor) => tf.sum(tf.square(tf.grad((z: tf.Tensor) => tf.sum(tf.mul(fn(z), weights)))(x))))(
        tf.tensor2d(testValues(30, 6), [3, 10]),
      );
    const wanted = second(plain).dataSync();
    second((x) => tf.softmax(x)).dataSync().forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-6)); // prettier-ignore
  });
});
