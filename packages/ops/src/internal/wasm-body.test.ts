import * as tf from '@tensorflow/tfjs-core';
import { selectBackend, wasmHost } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { expect, test, vi } from 'vitest';
import { layerNorm } from '../normalisation/layer-norm.ts';

test('a kernel that finds no room after it made its output leaves nothing', async () => {
  const backend = await selectBackend([wasm({ threads: 1 })]);
  const [x, gamma, beta] = [tf.ones([40, 300]), tf.ones([300]), tf.zeros([300])] as const;
  const gradients = (): void => tf.tidy(() => void tf.grads((a, b, c) => layerNorm(a, b, c))([x, gamma, beta]));
  /** Data that no tensor refers to. (The engine still has tensors for the gradients.) */
  const lost = (): number => (tf.backend() as tf.KernelBackend).numDataIds() - tf.memory().numDataBuffers;
  gradients();
  const before = lost();
  const alloc = vi.spyOn(wasmHost(tf.backend()), 'alloc').mockImplementation(() => {
    throw new Error('no room');
  });
  // The kernel that sums over rows needs room for partial sums.
  expect(gradients).toThrow('no room');
  expect(lost()).toBe(before);
  alloc.mockRestore();
  gradients();
  tf.dispose([x, gamma, beta]);
  await backend.dispose();
});
