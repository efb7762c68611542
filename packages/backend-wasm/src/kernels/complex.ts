import { Complex } from '@tensorflow/tfjs-core';
import { complexOnHeap } from './complex-on-heap.ts';
import { wasmKernel } from './wasm-kernel.ts';

/** `Complex`: joins a real and an imaginary tensor of one shape. Stock has no complex numbers. */
export const complex = wasmKernel<'real' | 'imag'>(Complex, ({ inputs: { real, imag }, backend }) => {
  const output = backend.makeOutput(real.shape, 'complex64');
  const values = complexOnHeap(backend, output);
  const realValues = backend.typedArrayFromHeap(real);
  const imagValues = backend.typedArrayFromHeap(imag);
  for (let i = 0; i < realValues.length; i++) {
    values[2 * i] = realValues[i]!;
    values[2 * i + 1] = imagValues[i]!;
  }
  return output;
});
