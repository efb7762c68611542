import { Relu6 } from '@tensorflow/tfjs-core';
import { wasmKernel } from './wasm-kernel.ts';

/** `Relu6`: min(max(x, 0), 6), with NaN passed on. Stock turns NaN into 0. */
export const relu6 = wasmKernel<'x'>(Relu6, ({ inputs: { x }, backend }) => {
  const output = backend.makeOutput(x.shape, x.dtype);
  const source = backend.typedArrayFromHeap(x);
  const values = backend.typedArrayFromHeap(output);
  for (let i = 0; i < values.length; i++) {
    const value = source[i]!;
    values[i] = value > 6 ? 6 : value < 0 ? 0 : value;
  }
  return output;
});
