import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend, wasmHost } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { KumikoError } from '@kumiko/core';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { compile } from './compile.ts';

const census = (): unknown => {
  const { numTensors, numBytes, numDataBuffers } = tf.memory();
  return { numTensors, numBytes, numDataBuffers, dataIds: (tf.backend() as tf.KernelBackend).numDataIds() };
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(['cpu', 'wasm'])('on %s', (name) => {
  beforeAll(async () => {
    await selectBackend([name === 'cpu' ? cpu() : wasm({ threads: 1 })]);
  });

  test('a call of which no program can be made leaves nothing, and its state is still there', () => {
    let rate = 0.5;
    const step = compile((state: tf.Tensor, x: tf.Tensor) => [tf.sub(state, tf.mul(x, rate)), tf.sum(x)]);
    const x = tf.ones([64]);
    const [state, sum] = step(tf.zeros([64]), x) as [tf.Tensor, tf.Tensor];
    rate = 0.25;
    const before = census();
    expect(() => step(state, x)).toThrow('compile: expected the same');
    expect(census()).toEqual(before);
    expect(state.arraySync()).toEqual(Array<number>(64).fill(-0.5));
    tf.dispose([state, sum, x]);
  });
});

test('a program for which there is no room leaves nothing, and can be made later', async () => {
  await selectBackend([wasm({ threads: 1 })]);
  const step = compile((state: tf.Tensor, x: tf.Tensor) => [tf.sub(state, tf.mul(x, 0.5)), tf.sum(tf.add(x, state))]);
  const x = tf.ones([64]);
  let [state, sum] = step(tf.zeros([64]), x) as [tf.Tensor, tf.Tensor];
  const before = census();
  const alloc = vi.spyOn(wasmHost(tf.backend()), 'alloc').mockImplementation(() => {
    throw new KumikoError('wasm', 'expected room, got none.');
  });
  expect(() => step(state, x)).toThrow('wasm: expected room, got none.');
  expect(census()).toEqual(before);
  alloc.mockRestore();
  for (let i = 0; i < 3; i++) {
    sum.dispose();
    [state, sum] = step(state, x) as [tf.Tensor, tf.Tensor];
  }
  // One half less at each of four calls; the sum is that of 1 and the state before.
  expect(state.arraySync()).toEqual(Array<number>(64).fill(-2));
  expect(sum.arraySync()).toBe(64 * (1 - 1.5));
  tf.dispose([state, sum, x]);
  step.dispose();
});
