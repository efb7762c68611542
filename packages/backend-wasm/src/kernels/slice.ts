import { Slice, slice_util, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { copyStrided } from './copy-strided.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { elementSize } from './element-size.ts';
import { shareTensor } from './share-tensor.ts';
import { contiguousStrides } from './strided-axes.ts';
import { wasmKernel } from './wasm-kernel.ts';

/**
 * The box of `x` that begins at `begin` and has shape `size`, both complete and in bounds.
 *
 * @returns a tensor of its own, or `x` shared when the box is all of it
 */
export function sliceTensor(backend: BackendWasm, x: TensorInfo, begin: number[], size: number[]): TensorInfo {
  if (util.arraysEqual(x.shape, size)) return shareTensor(backend, x);
  if (elementSize(x.dtype) === undefined || x.shape.length > 6)
    return runOnCpu(Slice, { inputs: { x }, attrs: { begin, size }, backend }) as TensorInfo;
  const output = backend.makeOutput(size, x.dtype);
  const bytes = elementSize(x.dtype)!;
  const host = wasmHost(backend);
  const from = contiguousStrides(x.shape);
  const to = contiguousStrides(size);
  const first = begin.reduce((sum, start, axis) => sum + start * from[axis]!, 0);
  const axes = size.map((length, axis) => ({ length, from: from[axis]!, to: to[axis]! }));
  copyStrided(host, { from: host.pointer(x.dataId) + bytes * first, to: host.pointer(output.dataId), size: bytes, axes });
  return output;
}

/** `Slice`. Stock reads past the end when the box is out of bounds, and first copies all of `x` to get at any part of it. */
export const slice = wasmKernel<'x', { begin: number | number[]; size: number | number[] }>(Slice, ({ inputs: { x }, attrs, backend }) => {
  const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size) as [number[], number[]];
  slice_util.assertParamsValid(x as never, begin, size);
  return sliceTensor(backend, x, begin, size);
});
