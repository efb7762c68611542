import { AvgPool3D, AvgPool3DGrad, MaxPool3D, MaxPool3DGrad, util } from '@tensorflow/tfjs-core';
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { poolingModule, volumePoolingNumbers } from './pooling-module.ts';
import { plannedVolumePooling, type VolumePoolingAttrs } from './pooling-plans.ts';
import { slides } from './sliding-windows.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

type Info = backend_util.Conv3DInfo;

/** Channels of volumes from which blocks of 16 are enough to occupy every thread. */
const MANY_ITEMS = 256;

/** Bytes of so many floats, in whole vectors. */
function alignedBytes(floats: number): number {
  return 16 * Math.ceil(floats / 4);
}

/** Values that windows read from which those of a frame are combined first. */
const MANY_READS = 256;

/** How one of the kernels is run. */
interface VolumePlan {
  readonly inShape: number[];
  readonly outShape: number[];
  /** Whether nothing is pooled, or nothing comes out. */
  readonly isEmpty: boolean;
  readonly reads: number;
  readonly parts: number;
  readonly numbers: readonly number[];
}

/** A plan for work in `items` pieces. */
function makePlan(info: Info, items: number): VolumePlan {
  const { inShape, outShape, filterDepth, filterHeight, filterWidth } = info;
  const outputs = util.sizeFromShape(outShape);
  const reads = outputs * filterDepth * filterHeight * filterWidth;
  const parts = splitWork(items, reads, LEAST_FLOATS);
  return { inShape, outShape, isEmpty: util.sizeFromShape(inShape) * outputs === 0, reads, parts, numbers: volumePoolingNumbers(info) };
}

/** First over the frames of windows, into a frame for each part, and then of each frame that is left; few windows by themselves. */
const poolPlan = plannedVolumePooling((info) => {
  const plan = makePlan(info, info.batchSize * info.outDepth);
  const frameBytes = plan.reads < MANY_READS ? 0 : alignedBytes(info.inHeight * info.inWidth * info.inChannels + 3);
  return { ...plan, numbers: [...plan.numbers, slides(info) ? 1 : 0], frameBytes };
});

const averageGradientPlan = plannedVolumePooling((info) => ({
  ...makePlan(info, info.batchSize * info.inDepth),
  frameBytes: alignedBytes(info.outHeight * info.outWidth * info.inChannels),
}));

const maximumGradientPlan = plannedVolumePooling((info) => {
  const channelCount = info.batchSize * info.inChannels < MANY_ITEMS ? 4 : 16;
  return { ...makePlan(info, info.batchSize * Math.ceil(info.inChannels / channelCount)), channelCount };
});

/** Whether the layout is the one that the kernels know. */
function isNdhwc({ dataFormat = 'NDHWC' }: VolumePoolingAttrs): boolean {
  return dataFormat === 'NDHWC';
}

/** Maxima and averages of float32 volumes. */
function poolBody(isMaximum: 0 | 1): VectorBody {
  return (call) => {
    const x = call.inputs['x']!;
    const attrs = call.attrs as unknown as VolumePoolingAttrs;
    if (x.dtype !== 'float32' || !isNdhwc(attrs)) return undefined;
    const { outShape, isEmpty, parts, frameBytes, numbers } = poolPlan(x.shape, attrs);
    if (isEmpty) return undefined;
    const output = call.backend.makeOutput(outShape, 'float32');
    const host = wasmHost(call.backend);
    const [from, to] = [host.pointer(x.dataId), host.pointer(output.dataId)];
    const pool = (scratch: number): void => poolingModule(host).parallel('poolVolumes', parts, [from, to, ...numbers, isMaximum, scratch]);
    if (frameBytes === 0) pool(0);
    else withScratch(host, [parts * frameBytes], pool);
    return output;
  };
}

/** `AvgPool3DGrad`, which like tfjs' divides by the size of a whole window. */
const averagePoolGradient: VectorBody = (call) => {
  const { dy, input } = call.inputs as Readonly<Record<'dy' | 'input', TensorInfo>>;
  const attrs = call.attrs as unknown as VolumePoolingAttrs;
  if (dy.dtype !== 'float32' || input.dtype !== 'float32' || !isNdhwc(attrs)) return undefined;
  const { inShape, outShape, isEmpty, parts, frameBytes, numbers } = averageGradientPlan(input.shape, attrs);
  if (isEmpty || !util.arraysEqual(dy.shape, outShape)) return undefined;
  const output = call.backend.makeOutput(inShape, 'float32');
  const host = wasmHost(call.backend);
  const pointers = [host.pointer(dy.dataId), host.pointer(output.dataId)];
  withScratch(host, [parts * frameBytes], (scratch) =>
    poolingModule(host).parallel('averagePool3DGradient', parts, [...pointers, ...numbers, scratch]),
  );
  return output;
};

/** `MaxPool3DGrad`: the gradient goes to the last greatest input of each window, as on tfjs' cpu backend where windows are cubes. */
const maxPoolGradient: VectorBody = (call) => {
  const { dy, input } = call.inputs as Readonly<Record<'dy' | 'input', TensorInfo>>;
  const attrs = call.attrs as unknown as VolumePoolingAttrs;
  if (dy.dtype !== 'float32' || input.dtype !== 'float32' || !isNdhwc(attrs)) return undefined;
  const { inShape, outShape, isEmpty, parts, channelCount, numbers } = maximumGradientPlan(input.shape, attrs);
  if (isEmpty || !util.arraysEqual(dy.shape, outShape)) return undefined;
  const output = call.backend.makeOutput(inShape, 'float32');
  const host = wasmHost(call.backend);
  const pointers = [host.pointer(input.dataId), host.pointer(dy.dataId), host.pointer(output.dataId)];
  poolingModule(host).parallel('maxPoolGradient', parts, [...pointers, ...numbers, channelCount, 1]);
  return output;
};

/** Pooling over depth, height and width on all threads, by tfjs' name of the kernel. */
export const volumePoolingBodies: ReadonlyMap<string, VectorBody> = new Map([
  [AvgPool3D, poolBody(0)],
  [AvgPool3DGrad, averagePoolGradient],
  [MaxPool3D, poolBody(1)],
  [MaxPool3DGrad, maxPoolGradient],
]);
