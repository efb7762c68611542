import { ExpandDims, getKernelsForBackend, Reshape, StringNGrams, StringSplit, StringToHashBucketFast } from '@tensorflow/tfjs-core';
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { repairedKernel } from './stock-kernel.ts';
import type { KernelCall } from './wasm-kernel.ts';

/** Stock kernels that treat strings and complex numbers rightly, because they never look at the data or only read strings. */
const indifferent: ReadonlySet<string> = new Set([ExpandDims, Reshape, StringNGrams, StringSplit, StringToHashBucketFast]);

function hasStringsOrComplex(inputs: KernelCall['inputs']): boolean {
  for (const name in inputs) {
    const dtype = (inputs[name] as TensorInfo | undefined)?.dtype;
    if (dtype === 'string' || dtype === 'complex64') return true;
  }
  return false;
}

/**
 * Every stock kernel that is not replaced, made safe for strings and complex numbers. Stock reads their bytes as floats, returns what it
 * finds and at times aborts the module; here tfjs' cpu kernel computes the result or says that it cannot.
 *
 * @param replaced names of the kernels that have a replacement
 */
export function guardedStockKernels(replaced: ReadonlySet<string>): readonly KernelConfig[] {
  return getKernelsForBackend('wasm')
    .map(({ kernelName }) => kernelName)
    .filter((name) => !replaced.has(name) && !indifferent.has(name))
    .map((name) => repairedKernel(name, (call, run) => (hasStringsOrComplex(call.inputs) ? runOnCpu(name, call) : run(call))));
}
