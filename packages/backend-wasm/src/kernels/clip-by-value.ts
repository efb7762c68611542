import { ClipByValue } from '@tensorflow/tfjs-core';
import { wasmKernel } from './wasm-kernel.ts';

/** `ClipByValue`: min(max(x, clipValueMin), clipValueMax), with NaN passed on. Stock turns NaN into clipValueMin. */
export const clipByValue = wasmKernel<'x', { clipValueMin: number; clipValueMax: number }>(
  ClipByValue,
  ({ inputs: { x }, attrs, backend }) => {
    const { clipValueMin, clipValueMax } = attrs;
    const output = backend.makeOutput(x.shape, x.dtype);
    const source = backend.typedArrayFromHeap(x);
    const values = backend.typedArrayFromHeap(output);
    for (let i = 0; i < values.length; i++) {
      const value = source[i]!;
      values[i] = value > clipValueMax ? clipValueMax : value < clipValueMin ? clipValueMin : value;
    }
    return output;
  },
);
