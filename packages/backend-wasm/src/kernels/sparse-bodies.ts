import { SparseFillEmptyRows, SparseReshape, SparseSegmentMean, SparseSegmentSum, util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { elementSize } from './element-size.ts';
import { sparseModule } from './sparse-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

/** Numbers of indices that repay a part. */
const LEAST_NUMBERS = 2 ** 15;

/** The length that makes lengths with the product `known` hold `size` elements; undefined where none does. */
function missingLength(size: number, known: number): number | undefined {
  const missing = size / known;
  return Number.isInteger(missing) && missing > 0 && size <= Number.MAX_SAFE_INTEGER ? missing : undefined;
}

/** `SparseReshape` of shapes with at least one element. A shape that does not fit is the error of tfjs' kernel. */
const sparseReshapeBody: VectorBody = ({ inputs, backend }) => {
  const indices = inputs['inputIndices']!;
  const fromShape = inputs['inputShape']!;
  const newShape = inputs['newShape']!;
  const areVectors = indices.shape.length === 2 && fromShape.shape.length === 1 && newShape.shape.length === 1;
  const areIntegers = indices.dtype === 'int32' && fromShape.dtype === 'int32' && newShape.dtype === 'int32';
  const [count, fromRank] = indices.shape as [number, number];
  const toRank = newShape.shape[0]!;
  if (!areVectors || !areIntegers || count * fromRank * toRank === 0 || fromRank !== fromShape.shape[0]) return undefined;
  const host = wasmHost(backend);
  const ints = host.ints();
  let [size, known, unknown] = [1, 1, -1];
  for (let i = 0, at = host.pointer(fromShape.dataId) >>> 2; i < fromRank; i++) size *= ints[at + i]!;
  for (let i = 0, at = host.pointer(newShape.dataId) >>> 2; i < toRank; i++) {
    const length = ints[at + i]!;
    if (length === -1 && unknown < 0) unknown = i;
    else if (length < 0) return undefined;
    else known *= length;
  }
  const missing = missingLength(size, known);
  if (missing === undefined || (unknown < 0 && missing !== 1)) return undefined;
  const output = backend.makeOutput([count, toRank], 'int32');
  const toShape = backend.makeOutput([toRank], 'int32');
  const start = host.pointer(newShape.dataId) >>> 2;
  const to = host.pointer(toShape.dataId) >>> 2;
  const after = host.ints();
  for (let i = 0; i < toRank; i++) after[to + i] = i === unknown ? missing : after[start + i]!;
  sparseModule(host).parallel('reshapeIndices', splitWork(count, count * (fromRank + toRank), LEAST_NUMBERS), [
    host.pointer(indices.dataId),
    host.pointer(output.dataId),
    host.pointer(fromShape.dataId),
    host.pointer(toShape.dataId),
    fromRank,
    toRank,
    count,
  ]);
  return [output, toShape];
};

/** Segments of floats or integers: an id or an index that is wrong is the cpu kernel's error. */
function segmentBody(kernelName: string, isMean: boolean): VectorBody {
  return (call) => {
    const { inputs, backend } = call;
    const data = inputs['data']!;
    const indices = inputs['indices']!;
    const ids = inputs['segmentIds']!;
    const { dtype } = data;
    const count = ids.shape[0] ?? 0;
    const isPlain = (dtype === 'float32' || dtype === 'int32') && indices.dtype === 'int32' && ids.dtype === 'int32';
    const fits = data.shape.length > 0 && indices.shape.length === 1 && ids.shape.length === 1 && indices.shape[0] === count;
    if (!isPlain || !fits || count === 0 || util.sizeFromShape(data.shape) === 0) return undefined;
    const host = wasmHost(backend);
    const segments = host.ints()[(host.pointer(ids.dataId) >>> 2) + count - 1]! + 1;
    if (segments <= 0) return runOnCpu(kernelName, call);
    const rows = data.shape[0]!;
    const columns = util.sizeFromShape(data.shape) / rows;
    const output = backend.makeOutput(data.shape.with(0, segments), dtype);
    sparseModule(host).parallel('reduceSegments', splitWork(count, (count + segments) * columns, LEAST_FLOATS), [
      host.pointer(data.dataId),
      host.pointer(indices.dataId),
      host.pointer(ids.dataId),
      host.pointer(output.dataId),
      host.faults,
      rows,
      columns,
      count,
      segments,
      dtype === 'float32' ? 1 : 0,
      isMean ? 1 : 0,
    ]);
    if (host.takeFault() === undefined) return output;
    backend.disposeData(output.dataId);
    return runOnCpu(kernelName, call);
  };
}

/** `SparseFillEmptyRows`. A row that is none is the cpu kernel's error. */
const sparseFillEmptyRowsBody: VectorBody = (call) => {
  const { inputs, backend } = call;
  const [indices, values, denseShape, initial] = [inputs['indices']!, inputs['values']!, inputs['denseShape']!, inputs['defaultValue']!];
  const size = elementSize(values.dtype);
  const isPlain = indices.dtype === 'int32' && denseShape.dtype === 'int32' && initial.dtype === values.dtype;
  if (!isPlain || size === undefined || size === 8 || indices.shape.length !== 2 || denseShape.shape.length !== 1) return undefined;
  const [count, rank] = indices.shape as [number, number];
  const host = wasmHost(backend);
  const rows = denseShape.shape[0]! > 0 ? host.ints()[host.pointer(denseShape.dataId) >>> 2]! : 0;
  if (rows <= 0 || rank === 0 || values.shape.length !== 1 || values.shape[0] !== count || initial.shape.length !== 0) return undefined;
  return withScratch(host, [4 * (rows + 1)], (starts) => {
    const isEmpty = backend.makeOutput([rows], 'bool');
    const module = sparseModule(host);
    const source = host.pointer(indices.dataId);
    module.parallel('findEmptyRows', 1, [source, starts, host.pointer(isEmpty.dataId), host.faults, count, rank, rows]);
    if (host.takeFault() !== undefined) {
      backend.disposeData(isEmpty.dataId);
      return runOnCpu(SparseFillEmptyRows, call);
    }
    const total = host.ints()[(starts >>> 2) + rows]!;
    const newIndices = backend.makeOutput([total, rank], 'int32');
    const newValues = backend.makeOutput([total], values.dtype);
    const places = backend.makeOutput([count], 'int32');
    module.parallel('fillEmptyRows', 1, [
      ...[source, host.pointer(values.dataId), host.pointer(initial.dataId), starts, host.pointer(isEmpty.dataId)],
      ...[host.pointer(newIndices.dataId), host.pointer(newValues.dataId), host.pointer(places.dataId), count, rank, rows, size],
    ]);
    return [newIndices, newValues, isEmpty, places];
  });
};

/** Kernels of sparse tensors, by tfjs' name of the kernel. */
export const sparseBodies: ReadonlyMap<string, VectorBody> = new Map([
  [SparseFillEmptyRows, sparseFillEmptyRowsBody],
  [SparseReshape, sparseReshapeBody],
  [SparseSegmentMean, segmentBody(SparseSegmentMean, true)],
  [SparseSegmentSum, segmentBody(SparseSegmentSum, false)],
]);
