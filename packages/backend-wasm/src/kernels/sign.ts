import { Sign } from '@tensorflow/tfjs-core';
import { wasmKernel } from './wasm-kernel.ts';

/** `Sign`: -1, 0, 1, or NaN as 0. Stock takes small numbers such as 1e-30 for 0. */
export const sign = wasmKernel<'x'>(Sign, ({ inputs: { x }, backend }) => {
  const output = backend.makeOutput(x.shape, x.dtype);
  const source = backend.typedArrayFromHeap(x);
  const values = backend.typedArrayFromHeap(output);
  for (let i = 0; i < values.length; i++) {
    const value = source[i]!;
    values[i] = value > 0 ? 1 : value < 0 ? -1 : 0;
  }
  return output;
});
