import { util } from '@tensorflow/tfjs-core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { WasmHost } from '@kumiko/backend';
import { wasmHost } from '../host.ts';
import { movementModule } from './copy-strided.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** Writes `count` elements of one value of a dtype of at most four bytes, as typed arrays store a number. */
export function fillOnHeap(host: WasmHost, pointer: number, dtype: DataType, count: number, value: number): void {
  const isFloat = dtype === 'float32';
  const isBool = dtype === 'bool';
  movementModule(host).parallel('fill', splitWork(Math.ceil(count / 64), isBool ? count / 4 : count, LEAST_FLOATS), [
    pointer,
    count,
    isFloat ? 1 : 0,
    isBool ? 1 : 4,
    isFloat ? value : isBool ? value & 255 : value | 0,
  ]);
}

function filled(backend: BackendWasm, shape: number[], dtype: DataType, value: number): TensorInfo | undefined {
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') return undefined;
  const output = backend.makeOutput(shape, dtype);
  const host = wasmHost(backend);
  fillOnHeap(host, host.pointer(output.dataId), dtype, util.sizeFromShape(shape), value);
  return output;
}

const fillBody: VectorBody = ({ attrs, backend }) => {
  const { shape, value, dtype } = attrs as unknown as { shape: number[]; value: number | string; dtype?: DataType };
  if (typeof value === 'string') return undefined;
  return filled(backend, shape, dtype || util.inferDtype(value), value);
};

const likeBody =
  (value: 0 | 1): VectorBody =>
  ({ inputs, backend }) =>
    filled(backend, inputs['x']!.shape, inputs['x']!.dtype, value);

/** Tensors of one value, by tfjs' name of the kernel. */
export const fillBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['Fill', fillBody],
  ['OnesLike', likeBody(1)],
  ['ZerosLike', likeBody(0)],
]);
