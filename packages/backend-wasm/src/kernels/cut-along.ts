import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { copyRows } from './copy-strided.ts';
import { elementSize } from './element-size.ts';
import { shareTensor } from './share-tensor.ts';
import { sliceTensor } from './slice.ts';

/** One part of a tensor: its extent along the axis that is cut, and the shape that it shall have. */
export interface CutPart {
  readonly length: number;
  readonly shape: number[];
}

/**
 * Cuts `x` into parts that follow each other along an axis.
 *
 * @returns tensors of their own, or `x` shared where a part is all of it
 */
export function cutAlong(backend: BackendWasm, x: TensorInfo, axis: number, parts: readonly CutPart[]): TensorInfo[] {
  let [outer, inner] = [1, 1];
  for (let i = 0; i < x.shape.length; i++) {
    if (i < axis) outer *= x.shape[i]!;
    if (i > axis) inner *= x.shape[i]!;
  }
  const bytes = elementSize(x.dtype);
  const host = wasmHost(backend);
  const total = x.shape[axis]!;
  let start = 0;
  return parts.map(({ length, shape }) => {
    const first = start;
    start += length;
    if (length === total) return shareTensor(backend, x, shape);
    if (bytes === undefined) {
      const begin = x.shape.map((_, i) => (i === axis ? first : 0));
      return { ...sliceTensor(backend, x, begin, x.shape.with(axis, length)), shape };
    }
    const output = backend.makeOutput(shape, x.dtype);
    const row = inner * bytes;
    copyRows(host, host.pointer(x.dataId) + first * row, host.pointer(output.dataId), outer, length * row, total * row, length * row);
    return output;
  });
}
