import { AvgPool, backend_util, MaxPool, util } from '@tensorflow/tfjs-core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { repairedKernel } from './stock-kernel.ts';
import { floorLength } from './stock-padding.ts';

interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode: 'floor' | 'round' | 'ceil' | undefined;
}

/** Whether XNNPACK pools this: more than one place a window, and an output of the size that XNNPACK computes. */
function isWithinStock(shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): boolean {
  const info = backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode);
  const { padInfo } = info;
  return (
    info.filterHeight * info.filterWidth > 1 &&
    floorLength(info.inHeight + padInfo.top + padInfo.bottom, info.filterHeight, info.strideHeight) === info.outHeight &&
    floorLength(info.inWidth + padInfo.left + padInfo.right, info.filterWidth, info.strideWidth) === info.outWidth
  );
}

function repairedPool(kernelName: string): KernelConfig {
  return repairedKernel<'x', PoolAttrs>(kernelName, (call, run) => {
    const { inputs, attrs, backend } = call;
    const { shape, dtype } = inputs.x;
    return dtype === 'float32' && util.sizeFromShape(shape) > 0 && isWithinStock(shape, attrs)
      ? run(call)
      : runOnCpu(kernelName, { inputs, attrs: { ...attrs } as never, backend });
  });
}

/** `MaxPool`. Stock has no int32, and leaves memory unwritten for a 1x1 window and where the size of the output is not rounded down. */
export const maxPool = repairedPool(MaxPool);

/** `AvgPool`. Stock has no int32, and leaves memory unwritten for a 1x1 window and where the size of the output is not rounded down. */
export const avgPool = repairedPool(AvgPool);
