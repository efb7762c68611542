import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { foldIn, key, keyFromTensor, keyTensor } from '@kumiko/core';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { foldInTensor } from './fold-in-tensor.ts';

onEveryBackend(() => {
  test('the key is that of foldIn, of a number and of a step tensor', async () => {
    const parent = { words: [0x89abcdef, 0xfffffffe] } as const;
    for (const data of [0, 1, 7, 2 ** 31, 2 ** 32 - 1]) {
      const expected = foldIn(parent, data);
      const [tensor, step] = [keyTensor(parent), tf.scalar(data | 0, 'int32')];
      expect(await keyFromTensor(await trackLeaks(() => foldInTensor(parent, data)))).toEqual(expected);
      expect(await keyFromTensor(await trackLeaks(() => foldInTensor(tensor, step)))).toEqual(expected);
    }
  });

  test('a step that was computed counts on', async () => {
    const step = tf.add(tf.scalar(41, 'int32'), tf.scalar(1, 'int32'));
    expect(await keyFromTensor(foldInTensor(key(3), step))).toEqual(foldIn(key(3), 42));
    expect(await keyFromTensor(foldInTensor(key(3), tf.reshape(step, [1, 1])))).toEqual(foldIn(key(3), 42));
  });

  test('it refuses what is no step', () => {
    const ofTensor = 'foldInTensor: expected data as an int32 tensor of one element, got float32 []. Cast the step number to int32.';
    expect(() => foldInTensor(key(0), tf.scalar(1))).toThrow(ofTensor);
    expect(() => foldInTensor(key(0), tf.tensor1d([1, 2], 'int32'))).toThrow('got int32 [2]');
    const ofNumber =
      'foldInTensor: expected an integer in [0, 2^32), got -1. Pass a step number, or fold a name into a host key with foldIn.';
    expect(() => foldInTensor(key(0), -1)).toThrow(ofNumber);
  });
});
