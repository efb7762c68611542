import { GatherV2, util } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { repairedKernel } from './stock-kernel.ts';

/**
 * `GatherV2`. Stock reads beyond its table of strides when there are batch dimensions, and returns what it finds there or aborts;
 * when `x` is empty it returns the shape of an intermediate result.
 */
export const gatherV2 = repairedKernel<'x' | 'indices', { batchDims: number }>(GatherV2, (call, run) => {
  const stockIsRight =
    call.attrs.batchDims === 0 && util.sizeFromShape(call.inputs.x.shape) > 0 && util.sizeFromShape(call.inputs.indices.shape) > 0;
  return stockIsRight && call.inputs.x.dtype !== 'string' && call.inputs.x.dtype !== 'complex64' ? run(call) : runOnCpu(GatherV2, call);
});
