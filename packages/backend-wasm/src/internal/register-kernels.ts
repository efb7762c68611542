import { registerOwnKernel } from '@kumiko/backend';
import type { KernelConfig, KernelFunc } from '@tensorflow/tfjs-core';
import { kernels } from '../kernels/index.ts';
import { HeapBackend } from './heap-backend.ts';

/** Registers every kernel that stock wasm lacks or gets wrong, and those of ours that are faster. */
export function registerKernels(): void {
  for (const kernel of kernels) registerOwnKernel(undone(kernel));
}

/** A kernel that leaves nothing on the heap when it throws. */
function undone(kernel: KernelConfig): KernelConfig {
  const { kernelFunc } = kernel;
  const run: KernelFunc = (call) => {
    const backend: unknown = call.backend;
    return backend instanceof HeapBackend ? backend.run(kernelFunc, call) : kernelFunc(call);
  };
  return { ...kernel, kernelFunc: run };
}
