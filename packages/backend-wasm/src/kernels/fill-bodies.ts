import { util } from '@tensorflow/tfjs-core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { WasmHost } from '@kumiko/backend';
import { wasmHost } from '../host.ts';
import { copyStrided, movementModule } from './copy-strided.ts';
import { elementSize } from './element-size.ts';
import type { VectorBody } from './vector-kernel.ts';

/** Smaller tensors are left to the stock kernels: those begin sooner. */
const LEAST_SIZE = 4096;

/** Writes one element of a dtype that is not complex, as typed arrays store a number. */
export function writeValue(host: WasmHost, pointer: number, dtype: DataType, value: number): void {
  const isFloat = dtype === 'float32';
  const stored = isFloat ? value : dtype === 'bool' ? value & 255 : value | 0;
  movementModule(host).parallel('writeValue', 1, [pointer, isFloat ? 1 : 0, elementSize(dtype)!, stored]);
}

/** A tensor of one value: its first element, over and over. */
function filled(backend: BackendWasm, shape: number[], dtype: DataType, value: number): TensorInfo | undefined {
  const size = elementSize(dtype);
  const count = util.sizeFromShape(shape);
  if (size === undefined || size === 8 || count < LEAST_SIZE) return undefined;
  const output = backend.makeOutput(shape, dtype);
  const host = wasmHost(backend);
  const pointer = host.pointer(output.dataId);
  writeValue(host, pointer, dtype, value);
  copyStrided(host, { from: pointer, to: pointer + size, size, axes: [{ length: count - 1, from: 0, to: 1 }] });
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
