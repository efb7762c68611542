import { registerOwnKernel } from '@kumiko/backend';
import { kernels } from '../kernels/index.ts';

/** Registers every kernel that stock wasm lacks or gets wrong, and those of ours that are faster. */
export function registerKernels(): void {
  for (const kernel of kernels) registerOwnKernel(kernel);
}
