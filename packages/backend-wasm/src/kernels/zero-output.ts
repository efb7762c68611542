import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';

/** A new float32 tensor of zeros. */
export function zeroOutput(backend: BackendWasm, shape: number[]): TensorInfo {
  const output = backend.makeOutput(shape, 'float32');
  const size = shape.reduce((product, length) => product * length, 1);
  const host = wasmHost(backend);
  const start = host.pointer(output.dataId) >>> 2;
  host.floats().fill(0, start, start + size);
  return output;
}
