import { GatherNd, ScatterNd, SparseToDense, TensorScatterUpdate, gather_util, scatter_util, util } from '@tensorflow/tfjs-core';
import type { DataType, KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { movementModule } from './copy-strided.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { elementSize } from './element-size.ts';
import { ADD_FLOATS, ADD_INTEGERS, MOST_DEPTH, OR_BYTES, REPLACE, depthAndStrides, scatterOnHeap } from './scatter-rows.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { wasmKernel } from './wasm-kernel.ts';
import type { KernelCall } from './wasm-kernel.ts';

/** A body that gives `undefined` where the cpu kernel shall compute, or say what is wrong: strings, nothing at all, indices out of bounds. */
type IndexedBody = (call: KernelCall) => TensorInfo | undefined;

function indexedKernel(kernelName: string, body: IndexedBody): KernelConfig {
  return wasmKernel(kernelName, (call) => body(call) ?? runOnCpu(kernelName, call));
}

/** Whether indices are as the bodies here read them, and point into something. */
function isPlain(indices: TensorInfo, depth: number, ...others: readonly TensorInfo[]): boolean {
  if (indices.dtype !== 'int32' || depth > MOST_DEPTH || util.sizeFromShape(indices.shape) === 0) return false;
  for (const { shape, dtype } of others) if (dtype === 'string' || dtype === 'complex64' || util.sizeFromShape(shape) === 0) return false;
  return true;
}

/** `GatherNd`. Stock reads other tensors' data where an index is out of bounds. */
export const gatherNd = indexedKernel(GatherNd, ({ inputs, backend }) => {
  const params = inputs['params']!;
  const indices = inputs['indices']!;
  const depth = indices.shape.at(-1)!;
  if (!isPlain(indices, depth, params)) return undefined;
  const [shape, count, columns, strides] = gather_util.prepareAndValidate(params as never, indices as never);
  const output = backend.makeOutput(shape, params.dtype);
  const host = wasmHost(backend);
  const rows = util.sizeFromShape(params.shape) / columns;
  const bytes = columns * elementSize(params.dtype)!;
  const pointers = [host.pointer(params.dataId), host.pointer(indices.dataId), host.pointer(output.dataId), host.faults];
  const tasks = splitWork(count, count * columns, LEAST_FLOATS);
  if (depth === 1) movementModule(host).parallel('gatherRows', tasks, [...pointers, 1, 1, rows, count, bytes]);
  else movementModule(host).parallel('gatherIndexed', tasks, [...pointers, count, rows, bytes, ...depthAndStrides(depth, strides)]);
  if (host.takeFault() === undefined) return output;
  backend.disposeData(output.dataId);
  return undefined;
});

/** How updates of a dtype are added up. */
const additions: Partial<Record<DataType, number>> = { float32: ADD_FLOATS, int32: ADD_INTEGERS, bool: OR_BYTES };

/** What is scattered, and onto what: zeros where `initial` is left out, its element everywhere if it has only one. */
interface Scatter {
  readonly indices: TensorInfo;
  readonly updates: TensorInfo;
  readonly shape: number[];
  readonly initial?: TensorInfo;
}

function scattered({ backend }: KernelCall, { indices, updates, shape, initial }: Scatter, kind: number): TensorInfo | undefined {
  const depth = indices.shape.length > 1 ? indices.shape.at(-1)! : 1;
  const { dtype } = updates;
  if (!isPlain(indices, depth, updates) || util.sizeFromShape(shape) === 0 || (initial && initial.dtype !== dtype)) return undefined;
  const { numUpdates: count, sliceSize: columns, strides, outputSize } = scatter_util.calculateShapes(updates, indices, shape);
  const size = elementSize(dtype) as 1 | 4;
  const isScalar = updates.shape.length === 0 && columns === 1;
  if (!isScalar && util.sizeFromShape(updates.shape) !== count * columns) return undefined;
  const initialSize = initial && util.sizeFromShape(initial.shape);
  if (initialSize !== undefined && initialSize !== 1 && initialSize !== outputSize) return undefined;
  const output = backend.makeOutput(shape, dtype);
  const host = wasmHost(backend);
  scatterOnHeap(host, {
    indices: host.pointer(indices.dataId),
    depthAndStrides: depthAndStrides(depth, strides),
    count,
    updates: host.pointer(updates.dataId),
    step: isScalar ? 0 : columns * size,
    initial: initial ? host.pointer(initial.dataId) : 0,
    isElement: initialSize === 1,
    output: host.pointer(output.dataId),
    rows: outputSize / columns,
    columns,
    size,
    kind,
    faults: host.faults,
  });
  if (host.takeFault() === undefined) return output;
  backend.disposeData(output.dataId);
  return undefined;
}

/** `ScatterNd`. Stock writes into other tensors' data where an index is out of bounds. */
export const scatterNd = indexedKernel(ScatterNd, (call) => {
  const [indices, updates] = [call.inputs['indices']!, call.inputs['updates']!];
  return scattered(call, { indices, updates, shape: call.attrs['shape'] as number[] }, additions[updates.dtype] ?? REPLACE);
});

/** `TensorScatterUpdate`. Stock writes into other tensors' data where an index is out of bounds. */
export const tensorScatterUpdate = indexedKernel(TensorScatterUpdate, (call) => {
  const [indices, updates, initial] = [call.inputs['indices']!, call.inputs['updates']!, call.inputs['tensor']!];
  return scattered(call, { indices, updates, shape: initial.shape, initial }, REPLACE);
});

/** `SparseToDense`. Stock writes into other tensors' data where an index is out of bounds. */
export const sparseToDense = indexedKernel(SparseToDense, (call) => {
  const [indices, updates, initial] = [call.inputs['sparseIndices']!, call.inputs['sparseValues']!, call.inputs['defaultValue']!];
  return scattered(call, { indices, updates, shape: call.attrs['outputShape'] as number[], initial }, REPLACE);
});
