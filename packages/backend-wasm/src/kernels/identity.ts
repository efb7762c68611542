import { Identity } from '@tensorflow/tfjs-core';
import { shareTensor } from './share-tensor.ts';
import { wasmKernel } from './wasm-kernel.ts';

/**
 * `Identity`. Stock copies the data (and the engine's leak check takes that copy for a leak when a gradient saves it); the cpu and GPU
 * backends share it, as here.
 */
export const identity = wasmKernel<'x'>(Identity, ({ inputs: { x }, backend }) => shareTensor(backend, x));
