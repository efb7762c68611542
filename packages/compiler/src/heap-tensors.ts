/** @internal The border to tfjs' wasm backend: its bookkeeping of data on the heap. */
import { type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core';

/** The members of tfjs' `BackendWasm` that compiled programs use. */
export interface HeapBackend {
  makeOutput(shape: readonly number[], dtype: DataType, memoryOffset?: number): TensorInfo;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
  refCount(dataId: object): number;
  readonly dataIdMap: { get(dataId: object): HeapData; delete(dataId: object): boolean };
  readonly wasm: { readonly tfjs: { disposeData(id: number): void; registerTensor(id: number, size: number, memoryOffset: number): void } };
  dataIdNextNumber: number;
}

interface HeapData {
  id: number;
  readonly memoryOffset: number;
  readonly shape: number[];
}

/**
 * Tells tfjs' own kernels that a tensor has other values than before: they keep packed copies of filters, by the number of their tensor.
 */
export function renewTensor(backend: HeapBackend, dataId: object): void {
  const data = backend.dataIdMap.get(dataId);
  backend.wasm.tfjs.disposeData(data.id);
  data.id = backend.dataIdNextNumber++;
  backend.wasm.tfjs.registerTensor(data.id, util.sizeFromShape(data.shape), data.memoryOffset);
}

/** Forgets a tensor over memory that somebody else owns, made by `makeOutput` with an offset. */
export function forgetTensor(backend: HeapBackend, dataId: object): void {
  backend.wasm.tfjs.disposeData(backend.dataIdMap.get(dataId).id);
  backend.dataIdMap.delete(dataId);
}

/** What the engine keeps of tensors. */
export interface EngineBookkeeping {
  removeDataId(dataId: object, backend: HeapBackend): void;
}
