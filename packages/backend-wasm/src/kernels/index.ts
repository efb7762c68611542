import type { KernelConfig } from '@tensorflow/tfjs-core';
import { bincount } from './bincount.ts';
import { cast } from './cast.ts';
import { clipByValue } from './clip-by-value.ts';
import { complexAbs } from './complex-abs.ts';
import { imag, real } from './complex-parts.ts';
import { complex } from './complex.ts';
import { conv2D } from './conv2d.ts';
import { fallbackKernels } from './fallback-kernels.ts';
import { fill } from './fill.ts';
import { fusedConv2D, fusedDepthwiseConv2D } from './fused-convolution.ts';
import { guardedStockKernels } from './guarded-stock-kernels.ts';
import { identity } from './identity.ts';
import { avgPool, maxPool } from './pool.ts';
import { prelu } from './prelu.ts';
import { slice } from './slice.ts';
import { splitV } from './split-v.ts';
import { stridedSlice } from './strided-slice.ts';
import { unpack } from './unpack.ts';

/** Kernels that stock lacks or gets wrong. */
const replacements: readonly KernelConfig[] = [
  avgPool,
  bincount,
  cast,
  clipByValue,
  complex,
  complexAbs,
  conv2D,
  ...fallbackKernels,
  fill,
  fusedConv2D,
  fusedDepthwiseConv2D,
  identity,
  imag,
  maxPool,
  prelu,
  real,
  slice,
  splitV,
  stridedSlice,
  unpack,
];

/** What this backend registers over tfjs' own wasm kernels, each name once. */
export const kernels: readonly KernelConfig[] = [
  ...replacements,
  ...guardedStockKernels(new Set(replacements.map(({ kernelName }) => kernelName))),
];
