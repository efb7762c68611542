import { Slice, slice_util, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { WasmHost } from '@kumiko/backend';
import { wasmHost } from '../host.ts';
import { copyRows, copyStrided } from './copy-strided.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { elementSize } from './element-size.ts';
import { shareTensor } from './share-tensor.ts';
import { type StridedAxis, contiguousStrides } from './strided-axes.ts';
import { wasmKernel } from './wasm-kernel.ts';

/** A box of an array on the heap. */
interface Box {
  readonly shape: readonly number[];
  readonly begin: readonly number[];
  readonly size: readonly number[];
  readonly bytes: 1 | 4 | 8;
}

/** Copies a box that is made of rows which lie evenly apart. @returns whether it is one */
function copyEvenRows(host: WasmHost, from: number, to: number, { shape, begin, size, bytes }: Box): boolean {
  let [first, length, rows, step, stride] = [0, bytes as number, 1, 0, bytes as number];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const count = size[axis]!;
    first += begin[axis]! * stride;
    if (count !== 1) {
      if (rows === 1 && stride === length) length *= count;
      else if (rows === 1) [rows, step] = [count, stride];
      else if (stride === step * rows) rows *= count;
      else return false;
    }
    stride *= shape[axis]!;
  }
  copyRows(host, from + first, to, rows, length, step, length);
  return true;
}

function copyBox(host: WasmHost, from: number, to: number, box: Box): void {
  if (copyEvenRows(host, from, to, box)) return;
  const { shape, begin, size, bytes } = box;
  const strides = contiguousStrides(shape);
  const steps = contiguousStrides(size);
  const axes: StridedAxis[] = [];
  let first = 0;
  for (const [axis, length] of size.entries()) {
    axes.push({ length, from: strides[axis]!, to: steps[axis]! });
    first += begin[axis]! * strides[axis]!;
  }
  copyStrided(host, { from: from + bytes * first, to, size: bytes, axes });
}

/**
 * The box of `x` that begins at `begin` and has shape `size`, both complete and in bounds.
 *
 * @returns a tensor of its own, or `x` shared when the box is all of it
 */
export function sliceTensor(backend: BackendWasm, x: TensorInfo, begin: number[], size: number[]): TensorInfo {
  if (util.arraysEqual(x.shape, size)) return shareTensor(backend, x);
  const bytes = elementSize(x.dtype);
  if (bytes === undefined || x.shape.length > 6) return runOnCpu(Slice, { inputs: { x }, attrs: { begin, size }, backend }) as TensorInfo;
  const output = backend.makeOutput(size, x.dtype);
  const host = wasmHost(backend);
  copyBox(host, host.pointer(x.dataId), host.pointer(output.dataId), { shape: x.shape, begin, size, bytes });
  return output;
}

/** `Slice`. Stock reads past the end when the box is out of bounds, and first copies all of `x` to get at any part of it. */
export const slice = wasmKernel<'x', { begin: number | number[]; size: number | number[] }>(Slice, ({ inputs: { x }, attrs, backend }) => {
  const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size) as [number[], number[]];
  slice_util.assertParamsValid(x as never, begin, size);
  return sliceTensor(backend, x, begin, size);
});
