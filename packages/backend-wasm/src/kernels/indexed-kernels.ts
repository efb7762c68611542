import { GatherNd, ScatterNd, SparseToDense, TensorScatterUpdate, util } from '@tensorflow/tfjs-core';
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { runOnCpu } from './cpu-fallback.ts';
import { repairedKernel } from './stock-kernel.ts';
import type { KernelCall } from './wasm-kernel.ts';

/** Whether each row of `indices` (its last axis, if it has two or more) points into `shape`. */
function pointsInto(backend: BackendWasm, indices: TensorInfo, shape: readonly number[]): boolean {
  const depth = indices.shape.length > 1 ? indices.shape.at(-1)! : 1;
  const values = backend.typedArrayFromHeap(indices);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < 0 || value >= shape[i % depth]!) return false;
  }
  return true;
}

/** The cpu kernel serves strings, what stock has no body for, and the error where an index is out of bounds. */
function checkedKernel(
  kernelName: string,
  indicesName: string,
  dataName: string,
  target: (call: KernelCall) => readonly number[],
): KernelConfig {
  return repairedKernel(kernelName, (call, run) => {
    const { inputs, backend } = call;
    const isPlain = inputs[dataName]!.dtype !== 'string' && inputs[dataName]!.dtype !== 'complex64';
    const isEmpty = Object.values(inputs).some(({ shape }) => util.sizeFromShape(shape) === 0);
    const isSafe = isPlain && !isEmpty && pointsInto(backend, inputs[indicesName]!, target(call));
    return isSafe ? run(call) : runOnCpu(kernelName, call);
  });
}

/** `GatherNd`. Stock reads other tensors' data where an index is out of bounds. */
export const gatherNd = checkedKernel(GatherNd, 'indices', 'params', ({ inputs }) => inputs['params']!.shape);

/** `ScatterNd`. Stock writes into other tensors' data where an index is out of bounds. */
export const scatterNd = checkedKernel(ScatterNd, 'indices', 'updates', ({ attrs }) => attrs['shape'] as number[]);

/** `TensorScatterUpdate`. Stock writes into other tensors' data where an index is out of bounds. */
export const tensorScatterUpdate = checkedKernel(TensorScatterUpdate, 'indices', 'tensor', ({ inputs }) => inputs['tensor']!.shape);

/** `SparseToDense`. Stock writes into other tensors' data where an index is out of bounds. */
export const sparseToDense = checkedKernel(SparseToDense, 'sparseIndices', 'sparseValues', ({ attrs }) => attrs['outputShape'] as number[]);
