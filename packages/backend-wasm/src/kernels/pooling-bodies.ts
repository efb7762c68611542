import { AvgPool, AvgPoolGrad, backend_util, MaxPool, util } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { poolingModule, poolingNumbers } from './pooling-module.ts';
import { splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Values read that repay a part, about 20 us. */
const LEAST_READS = 2 ** 16;

function poolInfo({ shape }: TensorInfo, attrs: NamedAttrMap): backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttrs;
  return backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode);
}

/** Floats of a line: they stay in the nearest cache beside the rows that are combined to them. */
const LINE = 2048;

/** Channels from which windows without a common pixel are pooled pixel by pixel. */
const MANY_CHANNELS = 16;

/** Whether each window is read by itself; otherwise lines are combined first, which takes a line of scratch for each part. */
function isDirect({
  filterHeight,
  filterWidth,
  strideHeight,
  strideWidth,
  outHeight,
  outWidth,
  inChannels,
}: backend_util.Conv2DInfo): boolean {
  const overlaps = (outHeight > 1 && strideHeight < filterHeight) || (outWidth > 1 && strideWidth < filterWidth);
  return !overlaps && inChannels >= MANY_CHANNELS && inChannels % 4 === 0;
}

/** Whether nothing is pooled, or nothing comes out. */
function isEmpty({ batchSize, inHeight, inWidth, inChannels, outHeight, outWidth }: backend_util.Conv2DInfo): boolean {
  return batchSize * inHeight * inWidth * inChannels * outHeight * outWidth === 0;
}

/** Into how many parts `rows` of images are split. */
function partsOf(rows: number, info: backend_util.Conv2DInfo): number {
  return splitWork(rows, util.sizeFromShape(info.outShape) * info.filterHeight * info.filterWidth, LEAST_READS);
}

/** Pools float32. tfjs hands the input itself on where every window is a pixel. */
function poolBody(entry: string): VectorBody {
  return (call) => {
    const x = call.inputs['x']!;
    const info = poolInfo(x, call.attrs);
    const isCopy = info.filterHeight * info.filterWidth === 1 && util.arraysEqual(info.inShape, info.outShape);
    if (x.dtype !== 'float32' || isCopy || isEmpty(info)) return undefined;
    const output = call.backend.makeOutput(info.outShape, 'float32');
    const host = wasmHost(call.backend);
    const parts = partsOf(info.batchSize * info.outHeight, info);
    const numbers = [host.pointer(x.dataId), host.pointer(output.dataId), ...poolingNumbers(info)];
    const pool = (lines: number, lineFloats: number): void => poolingModule(host).parallel(entry, parts, [...numbers, lines, lineFloats]);
    const lineFloats = Math.max(info.filterWidth * info.inChannels, LINE) + 4;
    if (isDirect(info)) pool(0, 0);
    else withScratch(host, [parts * lineFloats * 4], (lines) => pool(lines, lineFloats));
    return output;
  };
}

/** `AvgPoolGrad` of float32, which like tfjs' divides by the size of a whole window and knows no rounding mode. */
const averagePoolGradient: VectorBody = (call) => {
  const { dy, input } = call.inputs as Readonly<Record<'dy' | 'input', TensorInfo>>;
  const info = poolInfo(input, { ...call.attrs, dimRoundingMode: undefined } as unknown as NamedAttrMap);
  if (dy.dtype !== 'float32' || isEmpty(info) || !util.arraysEqual(dy.shape, info.outShape)) return undefined;
  const output = call.backend.makeOutput(info.inShape, 'float32');
  const host = wasmHost(call.backend);
  const numbers = [host.pointer(dy.dataId), host.pointer(output.dataId), ...poolingNumbers(info)];
  poolingModule(host).parallel('averagePoolGradient', partsOf(info.batchSize * info.inHeight, info), numbers);
  return output;
};

/** Pooling over height and width on all threads, by tfjs' name of the kernel. */
export const poolingBodies: ReadonlyMap<string, VectorBody> = new Map([
  [AvgPool, poolBody('averagePool')],
  [AvgPoolGrad, averagePoolGradient],
  [MaxPool, poolBody('maxPool')],
]);
