import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelCall } from './wasm-kernel.ts';

/** A kernel body of vector instructions on all threads. It gives `undefined`, and allocates nothing, for calls that it does not cover. */
export type VectorBody = (call: KernelCall) => TensorInfo | TensorInfo[] | undefined;
