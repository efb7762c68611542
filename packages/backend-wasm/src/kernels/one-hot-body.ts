import { util } from '@tensorflow/tfjs-core';
import type { DataType } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { movementModule } from './copy-strided.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { wordBits } from './word-bits.ts';

/** `OneHot` of int32 indices to float32 or int32. */
export const oneHotBody: VectorBody = ({ inputs, attrs, backend }) => {
  const indices = inputs['indices']!;
  const { depth, onValue, offValue, dtype } = attrs as unknown as Record<'depth' | 'onValue' | 'offValue', number> & { dtype: DataType };
  if (indices.dtype !== 'int32' || (dtype !== 'float32' && dtype !== 'int32')) return undefined;
  const output = backend.makeOutput([...indices.shape, depth], dtype);
  const host = wasmHost(backend);
  const rows = util.sizeFromShape(indices.shape);
  movementModule(host).parallel('oneHot', splitWork(rows, rows * depth, LEAST_FLOATS), [
    ...[host.pointer(indices.dataId), host.pointer(output.dataId), rows, depth, wordBits(onValue, dtype), wordBits(offValue, dtype)],
  ]);
  return output;
};
