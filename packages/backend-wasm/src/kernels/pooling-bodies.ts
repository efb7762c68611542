import { AvgPool, AvgPoolGrad, backend_util, MaxPool, util } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { poolingModule, poolingNumbers } from './pooling-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function poolInfo({ shape }: TensorInfo, attrs: NamedAttrMap): backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttrs;
  return backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode);
}

/** Floats of a line: they stay in the nearest cache beside the rows that are combined to them. */
const LINE = 2048;

/** Channels from which vectors of them fill well. */
const MANY_CHANNELS = 16;

/** Inputs below which lines cost more than what they save. */
const FEW_READS = 2 ** 14;

/** Values that the windows of a pooling read. */
function readsOf({ outShape, filterHeight, filterWidth }: backend_util.Conv2DInfo): number {
  return util.sizeFromShape(outShape) * filterHeight * filterWidth;
}

/** Whether each window is read by itself; otherwise lines are combined first, which takes a line of scratch for each part. */
function isDirect(info: backend_util.Conv2DInfo): boolean {
  const { filterHeight, filterWidth, strideWidth, outWidth, inChannels } = info;
  if (readsOf(info) < FEW_READS) return true;
  // What is read and written for an output: of the columns of a line before the next window's, and then of the line.
  const inLines = (outWidth > 1 ? strideWidth : filterWidth) * (filterHeight + 1) + filterWidth;
  return inChannels >= MANY_CHANNELS && filterHeight * filterWidth <= inLines;
}

/** Whether nothing is pooled, or nothing comes out. */
function isEmpty({ batchSize, inHeight, inWidth, inChannels, outHeight, outWidth }: backend_util.Conv2DInfo): boolean {
  return batchSize * inHeight * inWidth * inChannels * outHeight * outWidth === 0;
}

/** Pools float32. tfjs hands the input itself on where every window is a pixel. */
function poolBody(entry: string): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    const info = poolInfo(x, attrs);
    const isCopy = info.filterHeight * info.filterWidth === 1 && util.arraysEqual(info.inShape, info.outShape);
    if (x.dtype !== 'float32' || isCopy || isEmpty(info)) return undefined;
    const output = backend.makeOutput(info.outShape, 'float32');
    const host = wasmHost(backend);
    const parts = splitWork(info.batchSize * info.outHeight, readsOf(info), LEAST_FLOATS);
    const numbers = [host.pointer(x.dataId), host.pointer(output.dataId), ...poolingNumbers(info)];
    const pool = (lines: number, lineFloats: number): void => {
      numbers.push(lines, lineFloats);
      poolingModule(host).parallel(entry, parts, numbers);
    };
    const lineFloats = Math.max(info.filterWidth * info.inChannels, LINE) + 4;
    if (isDirect(info)) pool(0, 0);
    else withScratch(host, [parts * lineFloats * 4], (lines) => pool(lines, lineFloats));
    return output;
  };
}

/** `AvgPoolGrad` of float32, which like tfjs' divides by the size of a whole window and knows no rounding mode. */
const averagePoolGradient: VectorBody = ({ inputs, attrs, backend }) => {
  const { dy, input } = inputs as Readonly<Record<'dy' | 'input', TensorInfo>>;
  const info = poolInfo(input, { ...attrs, dimRoundingMode: undefined } as unknown as NamedAttrMap);
  if (dy.dtype !== 'float32' || isEmpty(info) || !util.arraysEqual(dy.shape, info.outShape)) return undefined;
  const output = backend.makeOutput(info.inShape, 'float32');
  const host = wasmHost(backend);
  const parts = splitWork(info.batchSize * info.inHeight, readsOf(info), LEAST_FLOATS);
  const numbers = [host.pointer(dy.dataId), host.pointer(output.dataId), ...poolingNumbers(info)];
  poolingModule(host).parallel('averagePoolGradient', parts, numbers);
  return output;
};

/** Pooling over height and width on all threads, by tfjs' name of the kernel. */
export const poolingBodies: ReadonlyMap<string, VectorBody> = new Map([
  [AvgPool, poolBody('averagePool')],
  [AvgPoolGrad, averagePoolGradient],
  [MaxPool, poolBody('maxPool')],
]);
