import { util } from '@tensorflow/tfjs-core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmHost } from '@kumiko/backend';
import { wasmHost } from '../host.ts';
import { type ReduceOperation, reduceModule, reduceOnHeap } from './reduce-on-heap.ts';
import { reducedShape } from './reduced-shape.ts';
import { type ReducedStretch, reducedStretches } from './reduced-stretches.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { resolveAxes } from './resolve-axes.ts';
import { toFloat32 } from './to-float32.ts';
import type { VectorBody } from './vector-kernel.ts';
import type { KernelCall } from './wasm-kernel.ts';
import { withScratch } from './with-scratch.ts';

interface ReduceAttrs {
  /** The name that all but Max give it. */
  readonly axis?: number | number[];
  /** The name that Max gives it. */
  readonly reductionIndices?: number | number[];
  readonly keepDims?: boolean;
}

/** Reduces one middle axis from one pointer to another. `size` is the number of elements of the whole input. */
type Reducer = (host: WasmHost, x: number, y: number, stretch: ReducedStretch, isLast: boolean, size: number) => void;

/** Reduces all stretches from `from` on, one after the other, through scratch between them. */
function reduceAll(
  host: WasmHost,
  x: number,
  y: number,
  stretches: readonly ReducedStretch[],
  from: number,
  bytes: number,
  size: number,
  reducer: Reducer,
): void {
  const stretch = stretches[from]!;
  if (from === stretches.length - 1) reducer(host, x, y, stretch, true, size);
  else
    withScratch(host, [bytes * stretch.outer * stretch.columns], (between) => {
      reducer(host, x, between, stretch, false, size);
      reduceAll(host, between, y, stretches, from + 1, bytes, size, reducer);
    });
}

/** The result of a reduction of `x`, whose elements take `bytes`; undefined where nothing is reduced or nothing is there to reduce. */
function reduceTensor({ backend, attrs }: KernelCall, x: TensorInfo, bytes: number, reducer: Reducer): TensorInfo | undefined {
  const { axis, reductionIndices, keepDims } = attrs as unknown as ReduceAttrs;
  const size = util.sizeFromShape(x.shape);
  const axes = resolveAxes(axis ?? reductionIndices, x.shape);
  const stretches = reducedStretches(x.shape, axes);
  if (size === 0 || stretches.length === 0) return undefined;
  const output = backend.makeOutput(reducedShape(x.shape, axes, keepDims === true), x.dtype);
  const host = wasmHost(backend);
  reduceAll(host, host.pointer(x.dataId), host.pointer(output.dataId), stretches, 0, bytes, size, reducer);
  return output;
}

/** Reduces values of 4 bytes. `operations` names the operation for each dtype that it is for. */
function numbersBody(operations: Partial<Record<DataType, ReduceOperation>>): VectorBody {
  return (call) => {
    const x = call.inputs['x']!;
    const operation = operations[x.dtype];
    if (operation === undefined) return undefined;
    return reduceTensor(call, x, 4, (host, from, to, stretch) => reduceOnHeap(host, { operation, x: from, y: to, stretch, divisor: 1 }));
  };
}

const meanReducer: Reducer = (host, x, y, stretch, isLast, size) =>
  reduceOnHeap(host, { operation: 'sum', x, y, stretch, divisor: isLast ? size / (stretch.outer * stretch.columns) : 1 });

const meanBody: VectorBody = (call) => {
  const x = call.inputs['x']!;
  if (x.dtype === 'float32') return reduceTensor(call, x, 4, meanReducer);
  if (x.dtype !== 'int32') return undefined;
  const values = toFloat32(call.backend, x);
  const output = reduceTensor(call, values, 4, meanReducer);
  call.backend.disposeData(values.dataId);
  return output;
};

function boolsBody(entry: 'allBools' | 'anyBools'): VectorBody {
  return (call) => {
    const x = call.inputs['x']!;
    if (x.dtype !== 'bool') return undefined;
    return reduceTensor(call, x, 1, (host, from, to, { outer, rows, columns }) =>
      reduceModule(host).parallel(entry, splitWork(outer, outer * rows * columns, 4 * LEAST_FLOATS), [from, to, outer, rows, columns]),
    );
  };
}

/**
 * Reductions over any axes, by tfjs' name of the kernel.
 *
 * Sums and means err as sums of partial sums do, less than tfjs' chains of additions; a mean is the sum divided by the count. Extrema are NaN
 * where any value is; which zero is the greater is not said.
 */
export const reductionBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['All', boolsBody('allBools')],
  ['Any', boolsBody('anyBools')],
  ['Max', numbersBody({ float32: 'maximum', int32: 'integerMaximum' })],
  ['Mean', meanBody],
  ['Min', numbersBody({ float32: 'minimum', int32: 'integerMinimum' })],
  ['Prod', numbersBody({ float32: 'product' })],
  ['Sum', numbersBody({ float32: 'sum', int32: 'integerSum' })],
]);
