import * as tf from '@tensorflow/tfjs-core';
import type { BackendProvider } from './provider.ts';

/**
 * tfjs' plain JavaScript backend: runs everywhere, slowly; the reference for the others.
 *
 * @example
 * const backend = await selectBackend([cpu()]);
 * backend.capabilities.threads; // 1
 */
export function cpu(): BackendProvider {
  return {
    name: 'cpu',
    probe: () => Promise.resolve({ supported: true }),
    async start() {
      const { MathBackendCPU } = await import('@tensorflow/tfjs-backend-cpu');
      // The import registers it, but not a second time after it was removed.
      if (tf.findBackendFactory('cpu') === null) tf.registerBackend('cpu', () => new MathBackendCPU());
      return {
        name: 'cpu',
        capabilities: { simd: false, relaxedSimd: false, threads: 1, f16: false, subgroups: false, maxBufferBytes: 2 ** 32 },
        dispose() {
          if (tf.findBackendFactory('cpu') !== null) tf.removeBackend('cpu');
          return Promise.resolve();
        },
      };
    },
  };
}
