import {
  Conv2DBackpropFilter,
  Conv3DBackpropFilterV2,
  Conv3DBackpropInputV2,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  Dilation2D,
  Dilation2DBackpropFilter,
  Dilation2DBackpropInput,
  Draw,
  Einsum,
  FFT,
  IFFT,
  MaxPoolGrad,
  RaggedGather,
  RaggedRange,
  RaggedTensorToTensor,
  StaticRegexReplace,
  UnsortedSegmentSum,
} from '@tensorflow/tfjs-core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { cpuFallback } from './cpu-fallback.ts';

/** Why each of these kernels runs tfjs' cpu code on the wasm heap: rare kernels that stock lacks, or whose results are wrong. */
export const fallbackReasons: Readonly<Record<string, string>> = {
  [Conv2DBackpropFilter]: 'missing in stock',
  [Conv3DBackpropFilterV2]: 'wrong in stock: the gradient of a convolution with stride 2 is taken at the wrong places',
  [Conv3DBackpropInputV2]: 'wrong in stock: the filter is walked in the wrong order, for every shape',
  [DepthwiseConv2dNativeBackpropFilter]: 'missing in stock',
  [DepthwiseConv2dNativeBackpropInput]: 'missing in stock',
  [Dilation2D]: 'wrong in stock: places outside the image take part in the maximum',
  [Dilation2DBackpropFilter]: 'wrong in stock: places outside the image take part in the maximum',
  [Dilation2DBackpropInput]: 'wrong in stock: places outside the image take part in the maximum',
  [Draw]: 'missing in stock',
  [Einsum]: 'missing in stock',
  [FFT]: 'missing in stock',
  [IFFT]: 'missing in stock',
  [MaxPoolGrad]: 'wrong in stock: the gradient is lost where the maximum of a window is not positive',
  [RaggedGather]: 'missing in stock',
  [RaggedRange]: 'missing in stock',
  [RaggedTensorToTensor]: 'missing in stock',
  [StaticRegexReplace]: 'missing in stock',
  [UnsortedSegmentSum]: 'missing in stock',
};

/** The kernels of {@link fallbackReasons}. */
export const fallbackKernels: readonly KernelConfig[] = Object.keys(fallbackReasons).map(cpuFallback);
