import { backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { copyRows, copyStrided, isStridedCopy } from './copy-strided.ts';
import { elementSize } from './element-size.ts';
import { resolveAxis } from './resolve-axis.ts';
import { shareTensor } from './share-tensor.ts';
import { sliceTensor } from './slice.ts';
import { type StridedAxis, contiguousStrides } from './strided-axes.ts';
import type { VectorBody } from './vector-kernel.ts';

/** A new tensor of `x`'s elements: `axes` walks it from the element `first` of `x`, the outermost first. */
function rearranged(backend: BackendWasm, x: TensorInfo, shape: number[], axes: readonly StridedAxis[], first = 0): TensorInfo | undefined {
  const size = elementSize(x.dtype);
  if (size === undefined || !isStridedCopy(axes)) return undefined;
  const output = backend.makeOutput(shape, x.dtype);
  const host = wasmHost(backend);
  copyStrided(host, { from: host.pointer(x.dataId) + size * first, to: host.pointer(output.dataId), size, axes });
  return output;
}

/** Whether axes of more than one element keep their order. */
function keepsOrder(perm: readonly number[], shape: readonly number[]): boolean {
  let last = -1;
  for (const axis of perm) {
    if (shape[axis] === 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return true;
}

/**
 * `x` with its axes in the order of `perm`: shared where that moves nothing.
 *
 * @returns undefined for strings, and where more than six axes are left
 */
export function transposed(backend: BackendWasm, x: TensorInfo, perm: readonly number[]): TensorInfo | undefined {
  const shape: number[] = [];
  for (const axis of perm) shape.push(x.shape[axis]!);
  if (keepsOrder(perm, x.shape)) return shareTensor(backend, x, shape);
  const from = contiguousStrides(x.shape);
  const to = contiguousStrides(shape);
  const axes: StridedAxis[] = [];
  for (let i = 0; i < perm.length; i++) axes.push({ length: shape[i]!, from: from[perm[i]!]!, to: to[i]! });
  return rearranged(backend, x, shape, axes);
}

const transposeBody: VectorBody = ({ inputs, attrs, backend }) => transposed(backend, inputs['x']!, attrs['perm'] as number[]);

const reverseBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const reversed = util.parseAxisParam(attrs['dims'] as number[], x.shape);
  const strides = contiguousStrides(x.shape);
  const axes: StridedAxis[] = [];
  let first = 0;
  for (const [axis, length] of x.shape.entries()) {
    const to = strides[axis]!;
    const isReversed = reversed.includes(axis);
    axes.push({ length, from: isReversed ? -to : to, to });
    if (isReversed) first += (length - 1) * to;
  }
  return rearranged(backend, x, x.shape, axes, first);
};

const tileBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const repeats = attrs['reps'] as number[];
  const shape = x.shape.map((length, axis) => length * repeats[axis]!);
  const from = contiguousStrides(x.shape);
  const to = contiguousStrides(shape);
  const axes = x.shape.flatMap((length, axis) => [
    { length: repeats[axis]!, from: 0, to: to[axis]! * length },
    { length, from: from[axis]!, to: to[axis]! },
  ]);
  return rearranged(backend, x, shape, axes);
};

interface StridedSliceAttrs extends Record<'begin' | 'end' | 'strides', number[]> {
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

const stridedSliceBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs as unknown as StridedSliceAttrs;
  const info = slice_util.sliceInfo(x.shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
  if (info.isIdentity) return shareTensor(backend, x, info.finalShape);
  if (info.finalShapeSparse.length !== x.shape.length) return undefined;
  if (info.sliceDim0 || info.isSimpleSlice)
    return { ...sliceTensor(backend, x, info.begin, info.finalShapeSparse), shape: info.finalShape };
  const from = contiguousStrides(x.shape);
  const lengths = info.finalShapeSparse;
  const to = contiguousStrides(lengths);
  const axes = lengths.map((length, axis) => ({ length, from: from[axis]! * info.strides[axis]!, to: to[axis]! }));
  const first = info.begin.reduce((sum, start, axis) => sum + start * from[axis]!, 0);
  return rearranged(backend, x, info.finalShape, axes, first);
};

/** Tensors of one dtype, none of them empty, one after the other along an axis of `shape`. */
function joined(backend: BackendWasm, tensors: readonly TensorInfo[], shape: number[], axis: number): TensorInfo | undefined {
  const { dtype } = tensors[0]!;
  const size = elementSize(dtype);
  if (size === undefined) return undefined;
  for (const tensor of tensors) if (tensor.dtype !== dtype) return undefined;
  const output = backend.makeOutput(shape, dtype);
  const host = wasmHost(backend);
  let [outer, row] = [1, size as number];
  for (let i = 0; i < shape.length; i++) {
    if (i < axis) outer *= shape[i]!;
    else row *= shape[i]!;
  }
  let to = host.pointer(output.dataId);
  for (const tensor of tensors) {
    const bytes = (size * util.sizeFromShape(tensor.shape)) / outer;
    copyRows(host, host.pointer(tensor.dataId), to, outer, bytes, bytes, row);
    to += bytes;
  }
  return output;
}

/** The shape of tensors in a row. @throws Error of tfjs when they differ in another axis */
function joinedShape(tensors: readonly TensorInfo[], axis: number): number[] {
  const shape = tensors[0]!.shape.slice();
  for (let i = 1; i < tensors.length; i++) {
    const other = tensors[i]!.shape;
    let fits = other.length === shape.length;
    for (let k = 0; fits && k < shape.length; k++) fits = k === axis || other[k] === shape[k];
    if (!fits)
      backend_util.assertParamsConsistent(
        tensors.map((tensor) => tensor.shape),
        axis,
      );
    shape[axis]! += other[axis]!;
  }
  return shape;
}

const concatBody: VectorBody = ({ inputs, attrs, backend }) => {
  const tensors = inputs as unknown as readonly TensorInfo[];
  const axis = resolveAxis(attrs['axis'] as number, tensors[0]!.shape);
  const shape = joinedShape(tensors, axis);
  const filled = tensors.filter((tensor) => util.sizeFromShape(tensor.shape) > 0);
  return filled.length < 2 ? undefined : joined(backend, filled, shape, axis);
};

const packBody: VectorBody = ({ inputs, attrs, backend }) => {
  const tensors = inputs as unknown as readonly TensorInfo[];
  const { shape } = tensors[0]!;
  if (tensors.length < 2 || util.sizeFromShape(shape) === 0) return undefined;
  for (const tensor of tensors) if (!util.arraysEqual(tensor.shape, shape)) return undefined;
  const whole = [...shape, tensors.length];
  const axis = resolveAxis(attrs['axis'] as number, whole);
  whole.copyWithin(axis + 1, axis);
  whole[axis] = tensors.length;
  return joined(backend, tensors, whole, axis);
};

/** What only moves elements, by tfjs' name of the kernel. A transposition that moves nothing shares its input. */
export const movementBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['Concat', concatBody],
  ['Pack', packBody],
  ['Reverse', reverseBody],
  ['StridedSlice', stridedSliceBody],
  ['Tile', tileBody],
  ['Transpose', transposeBody],
]);
