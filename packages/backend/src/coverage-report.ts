import * as tf from '@tensorflow/tfjs-core';
import { isOwnKernel } from './own-kernels.ts';

/** Which kernels a backend has. */
export interface CoverageReport {
  readonly backend: string;
  /** Kernels of ours, by name. */
  readonly own: readonly string[];
  /** Kernels of tfjs, by name. */
  readonly stock: readonly string[];
  /** Kernels that some other loaded backend has and this one lacks. */
  readonly missing: readonly string[];
  /** Kernels without a gradient, of those the backend has. */
  readonly withoutGradient: readonly string[];
}

const BACKENDS = ['cpu', 'wasm', 'webgl', 'webgpu'];

/**
 * Says which kernels a backend has, which of them are ours, and which it lacks that another loaded backend has.
 *
 * @param backendName `cpu`, `wasm`, `webgl`, `webgpu`
 * @example
 * await selectBackend([cpu()]);
 * coverageReport('cpu').missing; // []
 */
export function coverageReport(backendName: string): CoverageReport {
  const kernels = tf.getKernelsForBackend(backendName);
  const names = new Set(kernels.map(({ kernelName }) => kernelName));
  const elsewhere = BACKENDS.flatMap((other) => tf.getKernelsForBackend(other).map(({ kernelName }) => kernelName));
  return {
    backend: backendName,
    own: kernels
      .filter((kernel) => isOwnKernel(kernel))
      .map(({ kernelName }) => kernelName)
      .toSorted(),
    stock: kernels
      .filter((kernel) => !isOwnKernel(kernel))
      .map(({ kernelName }) => kernelName)
      .toSorted(),
    missing: [...new Set(elsewhere)].filter((name) => !names.has(name)).toSorted(),
    withoutGradient: [...names].filter((name) => tf.getGradient(name) === undefined).toSorted(),
  };
}
