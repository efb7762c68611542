import { Maximum, Minimum } from '@tensorflow/tfjs-core';
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { runOnCpu } from './cpu-fallback.ts';
import { repairedKernel } from './stock-kernel.ts';

function hasNan(backend: BackendWasm, tensor: TensorInfo): boolean {
  const values = backend.typedArrayFromHeap(tensor);
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

function repairedExtremum(kernelName: string): KernelConfig {
  return repairedKernel<'a' | 'b'>(kernelName, (call, run) => {
    const { a, b } = call.inputs;
    const isRight = a.dtype === b.dtype && (b.dtype === 'int32' || (b.dtype === 'float32' && !hasNan(call.backend, b)));
    return isRight ? run(call) : runOnCpu(kernelName, call);
  });
}

/** `Maximum`, NaN where either input is. Stock drops NaN in `b`, and has no bools. */
export const maximum = repairedExtremum(Maximum);

/** `Minimum`, NaN where either input is. Stock drops NaN in `b`, and has no bools. */
export const minimum = repairedExtremum(Minimum);
