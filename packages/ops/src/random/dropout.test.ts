import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { generator, key, keyTensor } from '@kumiko/core';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { moment } from '../kolmogorov-smirnov.fixture.ts';
import { dropoutMask } from './dropout-mask.ts';
import { dropoutReference } from './internal/dropout-reference.ts';
import { dropout } from './dropout.ts';

onEveryBackend(() => {
  test.each([1, 7, 1000, 20_001])('%i elements: x times the mask', async (count) => {
    const x = tf.linspace(-3, 5, count);
    const expected = await tf.mul(x, dropoutMask(key(5), [count], 0.3)).data();
    const values = await dropout(x, key(5), 0.3).data();
    // Adding 0 takes the sign off the zeros of dropped negative values.
    expect(values).toEqual(expected.map((value) => value + 0));
  });

  test('the reference agrees, and infinities are dropped too', async () => {
    const x = tf.concat([tf.fill([30], Infinity), tf.fill([30], NaN), tf.linspace(-1, 1, 40)]);
    const reference = await dropoutReference({ x, key: keyTensor(key(5)) }, { rate: 0.6 }).data();
    expect(await dropout(x, key(5), 0.6).data()).toEqual(reference);
    expect(reference.slice(0, 60).filter((value) => value === 0).length).toBeGreaterThan(20);
  });

  test('an element whose uniform is the rate itself is kept', async () => {
    const rate = generator(key(5)).uniform();
    for (const from of [dropout(tf.ones([1]), key(5), rate), dropoutMask(key(5), [1], rate)]) {
      expect((await from.data())[0]).toBeCloseTo(1 / (1 - rate), 6);
    }
    expect([...(await dropout(tf.ones([1]), key(5), rate + 2 ** -24).data())]).toEqual([0]);
  });

  test('the expectation is x', async () => {
    const values = await dropout(tf.fill([40_000], 2), key(6), 0.5).data();
    // Values 0 and 4, standard error 2 / 200 = 0.01; four of it.
    expect(Math.abs(moment(values, 1) - 2)).toBeLessThan(0.04);
  });

  test('the gradient is dy times the mask, with a host key and with a tensor', async () => {
    const [x, dy, tensor] = [tf.linspace(0, 1, 999), tf.linspace(-2, 7, 999), keyTensor(key(8))];
    const expected = (await tf.mul(dy, dropoutMask(key(8), [999], 0.4)).data()).map((value) => value + 0);
    for (const from of [key(8), tensor]) {
      const gradient = await trackLeaks(() => tf.grad((one: tf.Tensor) => dropout(one, from, 0.4))(x, dy));
      expect(await gradient.data()).toEqual(expected);
    }
    expect(tensor.isDisposed).toBe(false);
  });

  test('the gradient is linear in dy: its own gradient is dropout again', async () => {
    const [x, dy] = [tf.ones([50]), tf.linspace(1, 2, 50)];
    const second = tf.grad((one: tf.Tensor) => tf.grad((y: tf.Tensor) => dropout(y, key(8), 0.4))(x, one))(dy);
    expect(await second.data()).toEqual(await dropoutMask(key(8), [50], 0.4).data());
  });

  test('nothing is dropped at 0, and nothing left behind', async () => {
    const x = tf.tensor2d([[1, -2], [3, 4]]); // prettier-ignore
    expect(await (await trackLeaks(() => dropout(x, key(1), 0))).data()).toEqual(await x.data());
    const empty = tf.zeros([0, 3]);
    expect((await trackLeaks(() => dropout(empty, key(1), 0.5))).shape).toEqual([0, 3]);
  });

  test('it refuses other types and rates', () => {
    expect(() => dropout(tf.tensor1d([1], 'int32'), key(0), 0.5)).toThrow('dropout: expected float32, got int32. Cast x.');
    expect(() => dropout(tf.zeros([1]), key(0), 1)).toThrow('dropout: expected a rate in [0, 1), got 1. Pass the share that is dropped.');
    expect(() => dropout(tf.zeros([1]), tf.zeros([3]) as tf.Tensor1D, 0.5)).toThrow(
      'dropout: expected a key as an int32 tensor [2], got float32 [3].',
    );
  });
});
