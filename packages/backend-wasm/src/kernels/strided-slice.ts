import { StridedSlice } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { relabel } from './relabel.ts';
import { repairedKernel } from './stock-kernel.ts';

/** `StridedSlice`. Stock calls its result float32 whatever the input is, and steps through bytes of bools as through floats. */
export const stridedSlice = repairedKernel<'x'>(StridedSlice, (call, run) => {
  const { x } = call.inputs;
  if (x.dtype !== 'float32' && x.dtype !== 'int32') return runOnCpu(StridedSlice, call);
  return relabel(call.backend, run(call) as TensorInfo, x.dtype);
});
