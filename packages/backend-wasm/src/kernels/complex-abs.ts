import { ComplexAbs } from '@tensorflow/tfjs-core';
import { complexOnHeap } from './complex-on-heap.ts';
import { wasmKernel } from './wasm-kernel.ts';

/** `ComplexAbs`: sqrt(re^2 + im^2), in double precision so that no square overflows or underflows. Missing in stock. */
export const complexAbs = wasmKernel<'x'>(ComplexAbs, ({ inputs: { x }, backend }) => {
  const output = backend.makeOutput(x.shape, 'float32');
  const values = backend.typedArrayFromHeap(output);
  const source = complexOnHeap(backend, x);
  for (let i = 0; i < values.length; i++) values[i] = Math.sqrt(source[2 * i]! ** 2 + source[2 * i + 1]! ** 2);
  return output;
});
