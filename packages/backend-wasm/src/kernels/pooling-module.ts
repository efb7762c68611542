import type { backend_util } from '@tensorflow/tfjs-core';
import { base64 } from '../generated/pooling-simd.ts';
import { kernelModule } from './kernel-module.ts';

/** Pooling over depth, height and width, and its gradients. */
export const poolingModule = /* @__PURE__ */ kernelModule('kumiko-pooling', base64);

/** What of a pooling its kernels are passed after their pointers. */
export function poolingNumbers(info: backend_util.Conv2DInfo): number[] {
  const { padInfo } = info;
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outHeight,
    info.outWidth,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    padInfo.top,
    padInfo.left,
  ];
}

/** The same for a pooling over depth too. */
export function volumePoolingNumbers(info: backend_util.Conv3DInfo): number[] {
  const { padInfo } = info;
  return [
    info.batchSize,
    info.inDepth,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outDepth,
    info.outHeight,
    info.outWidth,
    info.filterDepth,
    info.filterHeight,
    info.filterWidth,
    info.strideDepth,
    info.strideHeight,
    info.strideWidth,
    padInfo.front,
    padInfo.top,
    padInfo.left,
  ];
}
