import { backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { copyStrided, isStridedCopy } from './copy-strided.ts';
import { elementSize } from './element-size.ts';
import { shareTensor } from './share-tensor.ts';
import { type StridedAxis, contiguousStrides } from './strided-axes.ts';
import type { VectorBody } from './vector-kernel.ts';

/** Smaller tensors are left to the stock kernels where those are right: they begin sooner. */
const LEAST_SIZE = 1024;

/** A new tensor of `x`'s elements: `axes` walks it from the element `first` of `x`, the outermost first. */
function rearranged(backend: BackendWasm, x: TensorInfo, shape: number[], axes: readonly StridedAxis[], first = 0): TensorInfo | undefined {
  const size = elementSize(x.dtype);
  if (size === undefined || !isStridedCopy(axes)) return undefined;
  const output = backend.makeOutput(shape, x.dtype);
  const host = wasmHost(backend);
  copyStrided(host, { from: host.pointer(x.dataId) + size * first, to: host.pointer(output.dataId), size, axes });
  return output;
}

const transposeBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const perm = attrs['perm'] as number[];
  const shape = perm.map((axis) => x.shape[axis]!);
  const from = contiguousStrides(x.shape);
  const to = contiguousStrides(shape);
  const moved = perm.filter((axis) => x.shape[axis] !== 1);
  if (moved.every((axis, i) => i === 0 || axis > moved[i - 1]!)) return shareTensor(backend, x, shape);
  if (util.sizeFromShape(shape) < LEAST_SIZE) return undefined;
  return rearranged(
    backend,
    x,
    shape,
    perm.map((axis, i) => ({ length: shape[i]!, from: from[axis]!, to: to[i]! })),
  );
};

const reverseBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const reversed = util.parseAxisParam(attrs['dims'] as number[], x.shape);
  const strides = contiguousStrides(x.shape);
  const axes = strides.map((to, axis) => ({ length: x.shape[axis]!, from: reversed.includes(axis) ? -to : to, to }));
  const first = reversed.reduce((sum, axis) => sum + (x.shape[axis]! - 1) * strides[axis]!, 0);
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
  if (info.isIdentity || info.sliceDim0 || info.isSimpleSlice || info.finalShapeSparse.length !== x.shape.length) return undefined;
  const from = contiguousStrides(x.shape);
  const lengths = info.finalShapeSparse;
  const to = contiguousStrides(lengths);
  const axes = lengths.map((length, axis) => ({ length, from: from[axis]! * info.strides[axis]!, to: to[axis]! }));
  const first = info.begin.reduce((sum, start, axis) => sum + start * from[axis]!, 0);
  return rearranged(backend, x, info.finalShape, axes, first);
};

/** Tensors one after the other along the axis of `shape` that has a stretch for each of them. */
function joined(backend: BackendWasm, tensors: readonly TensorInfo[], shape: number[], axis: number): TensorInfo | undefined {
  const { dtype } = tensors[0]!;
  const size = elementSize(dtype);
  if (size === undefined || util.sizeFromShape(shape) < LEAST_SIZE || tensors.some((tensor) => tensor.dtype !== dtype)) return undefined;
  const output = backend.makeOutput(shape, dtype);
  const host = wasmHost(backend);
  const outer = util.sizeFromShape(shape.slice(0, axis));
  const row = util.sizeFromShape(shape.slice(axis));
  let to = host.pointer(output.dataId);
  for (const tensor of tensors) {
    const length = util.sizeFromShape(tensor.shape) / outer;
    if (!(length > 0)) continue;
    const axes = [{ length: outer, from: length, to: row }, { length, from: 1, to: 1 }]; // prettier-ignore
    copyStrided(host, { from: host.pointer(tensor.dataId), to, size, axes });
    to += size * length;
  }
  return output;
}

const concatBody: VectorBody = ({ inputs, attrs, backend }) => {
  const tensors = inputs as unknown as readonly TensorInfo[];
  const axis = util.parseAxisParam(attrs['axis'] as number, tensors[0]!.shape)[0]!;
  const shapes = tensors.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapes, axis);
  const filled = tensors.filter(({ shape }) => util.sizeFromShape(shape) > 0);
  if (filled.length < 2) return undefined;
  return joined(backend, filled, backend_util.computeOutShape(shapes, axis), axis);
};

const packBody: VectorBody = ({ inputs, attrs, backend }) => {
  const tensors = inputs as unknown as readonly TensorInfo[];
  const { shape } = tensors[0]!;
  if (tensors.length < 2 || util.sizeFromShape(shape) === 0 || tensors.some((tensor) => !util.arraysEqual(tensor.shape, shape)))
    return undefined;
  const axis = util.parseAxisParam(attrs['axis'] as number, [...shape, 1])[0]!;
  return joined(backend, tensors, shape.toSpliced(axis, 0, tensors.length), axis);
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
