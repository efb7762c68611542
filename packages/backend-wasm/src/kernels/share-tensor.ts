import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** A second handle on the same data, perhaps with another shape of the same size: no copy, one more reference. */
export function shareTensor(backend: BackendWasm, { dataId, shape, dtype }: TensorInfo, newShape: number[] = shape): TensorInfo {
  backend.incRef(dataId);
  return { dataId, shape: newShape, dtype };
}
