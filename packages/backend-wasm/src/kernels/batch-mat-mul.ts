import { BatchMatMul } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { matMul } from './mat-mul.ts';
import { wasmKernel } from './wasm-kernel.ts';

interface BatchMatMulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** `BatchMatMul`, on all threads. Stock refuses integers, and outer dimensions that broadcast both ways. */
export const batchMatMul = wasmKernel<'a' | 'b', BatchMatMulAttrs>(BatchMatMul, (call) => {
  const { inputs, attrs, backend } = call;
  const { a, b } = inputs;
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return runOnCpu(BatchMatMul, { inputs, attrs: { ...attrs }, backend });
  return matMul({ backend, a, b, transposeA: attrs.transposeA, transposeB: attrs.transposeB });
});
