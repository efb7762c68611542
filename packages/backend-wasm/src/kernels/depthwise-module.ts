import { base64 } from '../generated/depthwise-simd.ts';
import { kernelModule } from './kernel-module.ts';

/** Depthwise convolution and its gradients. */
export const depthwiseModule = kernelModule('kumiko-depthwise', base64);
