import { AvgPool, AvgPoolGrad, MaxPool, util } from '@tensorflow/tfjs-core';
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { poolingModule, poolingNumbers } from './pooling-module.ts';
import { plannedPooling, type PoolingAttrs } from './pooling-plans.ts';
import { slides } from './sliding-windows.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

type Info = backend_util.Conv2DInfo;

/** Floats of a line: they stay in the nearest cache beside the rows that are combined to them. */
const LINE = 2048;

/** Channels from which vectors of them fill well. */
const MANY_CHANNELS = 16;

/** Inputs below which lines cost more than what they save. */
const FEW_READS = 2 ** 14;

/** Values that the windows of a pooling read. */
function readsOf({ outShape, filterHeight, filterWidth }: Info): number {
  return util.sizeFromShape(outShape) * filterHeight * filterWidth;
}

/** Whether windows are read where they lie; otherwise lines are combined first, which takes a line of scratch for each part. */
function isDirect(info: Info): boolean {
  const { filterHeight, filterWidth, strideWidth, outWidth, inChannels } = info;
  if (readsOf(info) < FEW_READS || slides(info)) return true;
  // What is read and written for an output: of the columns of a line before the next window's, and then of the line.
  const inLines = (outWidth > 1 ? strideWidth : filterWidth) * (filterHeight + 1) + filterWidth;
  return inChannels >= MANY_CHANNELS && filterHeight * filterWidth <= inLines;
}

/** Whether nothing is pooled, or nothing comes out. */
function isEmpty({ inShape, outShape }: Info): boolean {
  return util.sizeFromShape(inShape) * util.sizeFromShape(outShape) === 0;
}

/** How images are pooled. tfjs hands the input itself on where every window is a pixel. */
const poolPlan = plannedPooling((info) => {
  const { inShape, outShape, filterHeight, filterWidth } = info;
  const isCopy = filterHeight * filterWidth === 1 && util.arraysEqual(inShape, outShape);
  const lineFloats = isDirect(info) ? 0 : Math.max(filterWidth * info.inChannels, LINE) + 4;
  const parts = splitWork(info.batchSize * info.outHeight, readsOf(info), LEAST_FLOATS);
  return { outShape, isCovered: !isCopy && !isEmpty(info), parts, lineFloats, numbers: [...poolingNumbers(info), slides(info) ? 1 : 0] };
});

/** Pools float32. */
function poolBody(isMaximum: 0 | 1): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    if (x.dtype !== 'float32') return undefined;
    const { outShape, isCovered, parts, lineFloats, numbers } = poolPlan(x.shape, attrs as unknown as PoolingAttrs);
    if (!isCovered) return undefined;
    const output = backend.makeOutput(outShape, 'float32');
    const host = wasmHost(backend);
    const [from, to] = [host.pointer(x.dataId), host.pointer(output.dataId)];
    const pool = (lines: number): void =>
      poolingModule(host).parallel('pool', parts, [from, to, ...numbers, isMaximum, lines, lineFloats, 1, 0]);
    if (lineFloats === 0) pool(0);
    else withScratch(host, [parts * lineFloats * 4], pool);
    return output;
  };
}

const gradientPlan = plannedPooling((info) => {
  const parts = splitWork(info.batchSize * info.inHeight, readsOf(info), LEAST_FLOATS);
  return { inShape: info.inShape, outShape: info.outShape, isEmpty: isEmpty(info), parts, numbers: poolingNumbers(info) };
});

/** `AvgPoolGrad` of float32, which like tfjs' divides by the size of a whole window and knows no rounding mode. */
const averagePoolGradient: VectorBody = ({ inputs, attrs, backend }) => {
  const { dy, input } = inputs as Readonly<Record<'dy' | 'input', TensorInfo>>;
  if (dy.dtype !== 'float32') return undefined;
  const { filterSize, strides, pad } = attrs as unknown as PoolingAttrs;
  const { inShape, outShape, isEmpty: hasNone, parts, numbers } = gradientPlan(input.shape, { filterSize, strides, pad });
  if (hasNone || !util.arraysEqual(dy.shape, outShape)) return undefined;
  const output = backend.makeOutput(inShape, 'float32');
  const host = wasmHost(backend);
  const pointers = [host.pointer(dy.dataId), host.pointer(output.dataId)];
  poolingModule(host).parallel('averagePoolGradient', parts, [...pointers, ...numbers]);
  return output;
};

/** Pooling over height and width on all threads, by tfjs' name of the kernel. */
export const poolingBodies: ReadonlyMap<string, VectorBody> = new Map([
  [AvgPool, poolBody(0)],
  [AvgPoolGrad, averagePoolGradient],
  [MaxPool, poolBody(1)],
]);
