import { util } from '@tensorflow/tfjs-core';
import type { DataType } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { movementModule } from './copy-strided.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** The bits of a number as a 32-bit float, or as a 32-bit integer. */
function bitsOf(value: number, dtype: DataType): number {
  return dtype === 'float32' ? new Int32Array(Float32Array.of(value).buffer)[0]! : value | 0;
}

/** `OneHot` of int32 indices to float32 or int32. */
export const oneHotBody: VectorBody = ({ inputs, attrs, backend }) => {
  const indices = inputs['indices']!;
  const { depth, onValue, offValue, dtype } = attrs as unknown as Record<'depth' | 'onValue' | 'offValue', number> & { dtype: DataType };
  if (indices.dtype !== 'int32' || (dtype !== 'float32' && dtype !== 'int32')) return undefined;
  const output = backend.makeOutput([...indices.shape, depth], dtype);
  const host = wasmHost(backend);
  const rows = util.sizeFromShape(indices.shape);
  movementModule(host).parallel('oneHot', splitWork(rows, rows * depth, LEAST_FLOATS), [
    ...[host.pointer(indices.dataId), host.pointer(output.dataId), rows, depth, bitsOf(onValue, dtype), bitsOf(offValue, dtype)],
  ]);
  return output;
};
