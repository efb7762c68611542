import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { keyFromTensor, keyTensor } from './key-tensor.ts';
import { foldIn, key } from './key.ts';

test('keyTensor reinterprets the words as int32', () => {
  const tensor = keyTensor({ words: [0xffffffff, 0x80000001] });
  expect(tensor.dtype).toBe('int32');
  expect([...tensor.dataSync()]).toEqual([-1, -0x7fffffff]);
  tensor.dispose();
});

test('keyFromTensor gives the key back and leaves the tensor to its owner', async () => {
  const before = tf.memory().numTensors;
  for (const original of [key(42), { words: [0xffffffff, 0x80000001] } as const, foldIn(key(1), 'a')]) {
    const tensor = keyTensor(original);
    expect((await keyFromTensor(tensor)).words).toEqual(original.words);
    expect(tensor.isDisposed).toBe(false);
    tensor.dispose();
  }
  expect(tf.memory().numTensors).toBe(before);
});

test('keyFromTensor refuses other tensors', async () => {
  const float = tf.zeros([2, 3]);
  await expect(keyFromTensor(float)).rejects.toThrow(
    'keyFromTensor: expected an int32 tensor [2], got float32 [2,3]. Pass a tensor that keyTensor made.',
  );
  float.dispose();
});
