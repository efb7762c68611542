import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';

/**
 * A complex tensor's numbers on the heap, valid until the next allocation: real and imaginary parts alternate, 8 bytes a number, which is how
 * tensors are read, written and moved between backends.
 */
export function complexOnHeap(backend: BackendWasm, { dataId, shape }: Pick<TensorInfo, 'dataId' | 'shape'>): Float32Array {
  const host = wasmHost(backend);
  const start = host.pointer(dataId) >>> 2;
  return host.floats().subarray(start, start + 2 * util.sizeFromShape(shape)) as Float32Array;
}
