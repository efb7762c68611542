import { ExpandDims, getKernelsForBackend, Reshape, StringNGrams, StringSplit, StringToHashBucketFast, util } from '@tensorflow/tfjs-core';
import type { DataType, KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { repairedKernel } from './stock-kernel.ts';
import { stockLimits } from './stock-limits.ts';
import type { StockLimits } from './stock-limits.ts';
import type { KernelCall } from './wasm-kernel.ts';

/** Stock kernels that are right for every dtype, because they never look at the data or only read strings. */
const indifferent: ReadonlySet<string> = new Set([ExpandDims, Reshape, StringNGrams, StringSplit, StringToHashBucketFast]);

/** No other stock kernel is right for strings and complex numbers. */
const plainDtypes: readonly DataType[] = ['float32', 'int32', 'bool'];

function isWithin({ dtypes = plainDtypes, elements }: StockLimits, inputs: KernelCall['inputs']): boolean {
  for (const name in inputs) {
    const tensor = inputs[name] as TensorInfo | undefined;
    if (!tensor) continue;
    if (!dtypes.includes(tensor.dtype) || (elements && util.sizeFromShape(tensor.shape) === 0)) return false;
  }
  return true;
}

/**
 * Every stock kernel that is not replaced, kept within its limits: beyond them stock returns what it finds in memory, overwrites its
 * neighbours or aborts the module; here tfjs' cpu kernel computes the result or says that it cannot.
 *
 * @param replaced names of the kernels that have a replacement
 */
export function guardedStockKernels(replaced: ReadonlySet<string>): readonly KernelConfig[] {
  return getKernelsForBackend('wasm')
    .map(({ kernelName }) => kernelName)
    .filter((name) => !replaced.has(name) && !indifferent.has(name))
    .map((name) => {
      const limits = stockLimits.get(name) ?? {};
      return repairedKernel(name, (call, run) => (isWithin(limits, call.inputs) ? run(call) : runOnCpu(name, call)));
    });
}
