import { Imag, Real } from '@tensorflow/tfjs-core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { complexOnHeap } from './complex-on-heap.ts';
import { wasmKernel } from './wasm-kernel.ts';

function complexPart(kernelName: string, offset: 0 | 1): KernelConfig {
  return wasmKernel<'input'>(kernelName, ({ inputs: { input }, backend }) => {
    const output = backend.makeOutput(input.shape, 'float32');
    const values = backend.typedArrayFromHeap(output);
    const source = complexOnHeap(backend, input);
    for (let i = 0; i < values.length; i++) values[i] = source[2 * i + offset]!;
    return output;
  });
}

/** `Real`: the real part of a complex tensor. Missing in stock. */
export const real = complexPart(Real, 0);

/** `Imag`: the imaginary part of a complex tensor. Missing in stock. */
export const imag = complexPart(Imag, 1);
