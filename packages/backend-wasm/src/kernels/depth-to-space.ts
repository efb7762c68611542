import { DepthToSpace } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { relabel } from './relabel.ts';
import { repairedKernel } from './stock-kernel.ts';

/** `DepthToSpace`. Stock calls its result float32 whatever the input is, and reads the bytes of bools as floats. */
export const depthToSpace = repairedKernel<'x'>(DepthToSpace, (call, run) => {
  const { x } = call.inputs;
  if (x.dtype !== 'float32' && x.dtype !== 'int32') return runOnCpu(DepthToSpace, call);
  return relabel(call.backend, run(call) as TensorInfo, x.dtype);
});
