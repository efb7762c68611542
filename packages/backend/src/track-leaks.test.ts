import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu } from './cpu.ts';
import { selectBackend } from './select-backend.ts';
import { trackLeaks } from './track-leaks.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('what is disposed or returned is no leak', async () => {
  const result = await trackLeaks(() => {
    tf.ones([3]).dispose();
    return { sum: tf.tidy(() => tf.sum(tf.ones([4]))), list: [tf.scalar(1)] };
  });
  expect(result.sum.arraySync()).toBe(4);
  tf.dispose(result);
});

test('what stays is listed by type and shape, also after an await', async () => {
  await expect(
    trackLeaks(async () => {
      await Promise.resolve();
      tf.ones([2, 3]);
      tf.scalar(1, 'int32');
    }),
  ).rejects.toThrow(
    'trackLeaks: expected no tensors left behind, got 2: float32 [2,3], int32 []. Wrap the code in tf.tidy or dispose them.',
  );
});

test('an error of the function passes through, and tracking ends', async () => {
  await expect(trackLeaks(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  expect(Object.hasOwn(tf.engine(), 'trackTensor')).toBe(false);
});
