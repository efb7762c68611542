import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** Gives a fresh output the dtype that its bytes have, where a stock kernel called it something else of the same width. */
export function relabel(backend: BackendWasm, output: TensorInfo, dtype: DataType): TensorInfo {
  backend.dataIdMap.get(output.dataId).dtype = dtype;
  return { ...output, dtype };
}
