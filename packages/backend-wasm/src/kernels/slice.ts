import { Slice, slice_util, util } from '@tensorflow/tfjs-core';
import type { TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { complexOnHeap } from './complex-on-heap.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { shareTensor } from './share-tensor.ts';
import { wasmKernel } from './wasm-kernel.ts';

/** Shorter runs are copied element by element: a call of `set` costs more than that. */
const SHORT_RUN = 16;

/** Copies the box `begin`, `size` of an array of the given shape, run by run of neighbouring elements. */
function copyBox(
  source: TypedArray,
  shape: readonly number[],
  begin: readonly number[],
  size: readonly number[],
  target: TypedArray,
): void {
  const strides = [...util.computeStrides(shape as number[]), 1];
  // Dimensions after `inner` are taken whole, so that one run spans them.
  let inner = Math.max(0, shape.length - 1);
  while (inner > 0 && size[inner] === shape[inner]) inner -= 1;
  const run = util.sizeFromShape(size.slice(inner) as number[]);
  const index = new Array<number>(inner).fill(0);
  let from = begin.reduce((sum, start, axis) => sum + start * strides[axis]!, 0);
  for (let to = 0; to < target.length; to += run) {
    if (run < SHORT_RUN) for (let i = 0; i < run; i++) target[to + i] = source[from + i]!;
    else target.set(source.subarray(from, from + run), to);
    for (let axis = inner - 1; axis >= 0; axis--) {
      index[axis]! += 1;
      from += strides[axis]!;
      if (index[axis]! < size[axis]!) break;
      from -= size[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
}

/**
 * The box of `x` that begins at `begin` and has shape `size`, both complete and in bounds.
 *
 * @returns a tensor of its own, or `x` shared when the box is all of it
 */
export function sliceTensor(backend: BackendWasm, x: TensorInfo, begin: number[], size: number[]): TensorInfo {
  if (util.arraysEqual(x.shape, size)) return shareTensor(backend, x);
  if (x.dtype === 'string') return runOnCpu(Slice, { inputs: { x }, attrs: { begin, size }, backend }) as TensorInfo;
  const output = backend.makeOutput(size, x.dtype);
  if (x.dtype === 'complex64')
    copyBox(complexOnHeap(backend, x), [...x.shape, 2], [...begin, 0], [...size, 2], complexOnHeap(backend, output));
  else copyBox(backend.typedArrayFromHeap(x), x.shape, begin, size, backend.typedArrayFromHeap(output));
  return output;
}

/** `Slice`. Stock reads past the end when the box is out of bounds, and first copies all of `x` to get at any part of it. */
export const slice = wasmKernel<'x', { begin: number | number[]; size: number | number[] }>(Slice, ({ inputs: { x }, attrs, backend }) => {
  const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size) as [number[], number[]];
  slice_util.assertParamsValid(x as never, begin, size);
  return sliceTensor(backend, x, begin, size);
});
