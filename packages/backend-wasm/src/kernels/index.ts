import type { KernelConfig } from '@tensorflow/tfjs-core';
import { batchMatMul } from './batch-mat-mul.ts';
import { bincount } from './bincount.ts';
import { cast } from './cast.ts';
import { complexAbs } from './complex-abs.ts';
import { imag, real } from './complex-parts.ts';
import { complex } from './complex.ts';
import { conv2DBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2DBackpropInput } from './conv2d-backprop-input.ts';
import { conv2D, depthwiseConv2dNative } from './conv2d.ts';
import { depthwiseConv2dNativeBackpropFilter } from './depthwise-conv2d-native-backprop-filter.ts';
import { depthwiseConv2dNativeBackpropInput } from './depthwise-conv2d-native-backprop-input.ts';
import { einsum } from './einsum.ts';
import { depthToSpace } from './depth-to-space.ts';
import { fallbackKernels } from './fallback-kernels.ts';
import { fusedConv2D, fusedDepthwiseConv2D } from './fused-convolution.ts';
import { fusedMatMul } from './fused-mat-mul.ts';
import { guardedStockKernels } from './guarded-stock-kernels.ts';
import { identity } from './identity.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { gatherNd, scatterNd, sparseToDense, tensorScatterUpdate } from './indexed-kernels.ts';
import { oneHot } from './one-hot.ts';
import { slice } from './slice.ts';
import { softmaxGradient } from './softmax-gradient.ts';
import { splitV } from './split-v.ts';
import { unpack } from './unpack.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

/** Kernels that stock lacks or gets wrong. */
const replacements: readonly KernelConfig[] = [
  batchMatMul,
  bincount,
  cast,
  complex,
  complexAbs,
  conv2D,
  depthToSpace,
  depthwiseConv2dNative,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  einsum,
  ...fallbackKernels,
  fusedConv2D,
  fusedDepthwiseConv2D,
  fusedMatMul,
  gatherNd,
  identity,
  imag,
  oneHot,
  maxPoolGrad,
  real,
  scatterNd,
  slice,
  softmaxGradient,
  sparseToDense,
  splitV,
  tensorScatterUpdate,
  unpack,
  unsortedSegmentSum,
];

/** What this backend registers over tfjs' own wasm kernels, each name once: complete kernels, to run where a vector body does not cover a call. */
export const kernels: readonly KernelConfig[] = [
  ...replacements,
  ...guardedStockKernels(new Set(replacements.map(({ kernelName }) => kernelName))),
];
