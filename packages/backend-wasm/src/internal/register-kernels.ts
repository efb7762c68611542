import { registerOwnKernel } from '@kumiko/backend';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { kernels } from '../kernels/index.ts';
import { vectorBodies } from '../kernels/vector-bodies.ts';
import type { KernelBody } from '../kernels/wasm-kernel.ts';
import { HeapBackend } from './heap-backend.ts';

/** Registers every kernel that stock wasm lacks or gets wrong, and those of ours that are faster. */
export function registerKernels(): void {
  for (const kernel of kernels) registerOwnKernel(whole(kernel));
}

/**
 * A kernel that runs its vector body where there is one that covers the call, and leaves nothing on the heap when it throws. One function for
 * all of that: of a small tensor's time a good part is calls from one to the next.
 */
function whole(kernel: KernelConfig): KernelConfig {
  const rest = kernel.kernelFunc as unknown as KernelBody;
  const body = vectorBodies.get(kernel.kernelName) ?? rest;
  const run: KernelBody = (call) => {
    const { backend } = call;
    if (!(backend instanceof HeapBackend)) return body(call) ?? rest(call);
    const first = backend.enter();
    try {
      return body(call) ?? rest(call);
    } catch (error) {
      backend.undo(first);
      throw error;
    } finally {
      backend.leave();
    }
  };
  return { ...kernel, kernelFunc: run as unknown as KernelConfig['kernelFunc'] };
}
