import { base64 } from '../generated/sparse-simd.ts';
import { kernelModule } from './kernel-module.ts';

/** The module of sparse tensors: lists of indices and values. */
export const sparseModule = /* @__PURE__ */ kernelModule('kumiko-sparse', base64);
