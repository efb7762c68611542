import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const shape = (...values: number[]) => ({ shape: [values.length], dtype: 'int32' as const, values });

test.each([
  [shape(3), shape(1)],
  [shape(2, 1, 5), shape(4, 1)],
  [shape(4, 1), shape(2, 1, 5)],
  [shape(), shape(7)],
  [shape(0, 3), shape(1, 1)],
  [shape(), shape()],
])('%j and %j', (s0, s1) => compareWithCpu('BroadcastArgs', { s0, s1 }, {}, 0));

test('shapes that do not fit are an error', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    expect(() => tf.broadcastArgs(tf.tensor1d([2, 3], 'int32'), tf.tensor1d([2], 'int32'))).toThrow('could not be broadcast');
  });
  expect(tf.memory().numTensors).toBe(before);
});
