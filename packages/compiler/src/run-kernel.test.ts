import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';

test('a kernel of tfjs that returns a handle leaves none behind', async () => {
  await selectBackend([cpu()]);
  const x = tf.tensor1d([1, -2, 3]);
  const step = compile((value: tf.Tensor) => tf.tidy(() => tf.sum(tf.abs(value))), { donate: false });
  const before = tf.memory();
  for (let i = 0; i < 5; i++) {
    const sum = step(x);
    expect(sum.dataSync()[0]).toBe(6);
    sum.dispose();
  }
  expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers, numBytes: before.numBytes });
  step.dispose();
  x.dispose();
});
