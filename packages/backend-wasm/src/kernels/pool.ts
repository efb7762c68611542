import { AvgPool, MaxPool, util } from '@tensorflow/tfjs-core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { repairedKernel } from './stock-kernel.ts';

interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode: 'floor' | 'round' | 'ceil';
}

function repairedPool(kernelName: string): KernelConfig {
  return repairedKernel<'x', PoolAttrs>(kernelName, (call, run) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const single = [attrs.filterSize].flat().every((length) => length === 1);
    return single || x.dtype !== 'float32' || util.sizeFromShape(x.shape) === 0
      ? runOnCpu(kernelName, { inputs, attrs: { ...attrs }, backend })
      : run(call);
  });
}

/** `MaxPool`. Stock returns uninitialised memory for a 1x1 window, which XNNPACK refuses, and has no int32. */
export const maxPool = repairedPool(MaxPool);

/** `AvgPool`. Stock returns uninitialised memory for a 1x1 window, which XNNPACK refuses, and has no int32. */
export const avgPool = repairedPool(AvgPool);
