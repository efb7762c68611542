import { getKernel } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelBody } from './wasm-kernel.ts';

/**
 * Runs a kernel of this backend from within another one, as the engine would, and returns its only output.
 *
 * @param kernelName a kernel with one output
 * @param backend the backend that holds the inputs
 */
export function runKernel(
  kernelName: string,
  backend: BackendWasm,
  inputs: Record<string, TensorInfo>,
  attrs: NamedAttrMap = {},
): TensorInfo {
  const run = getKernel(kernelName, 'wasm')!.kernelFunc as unknown as KernelBody;
  return run({ inputs, attrs, backend }) as TensorInfo;
}
