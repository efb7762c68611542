import { AvgPool3D, AvgPool3DGrad, backend_util, MaxPool3D, MaxPool3DGrad, util } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { poolingModule, volumePoolingNumbers } from './pooling-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

type Info = backend_util.Conv3DInfo;

interface PoolAttrs {
  readonly filterSize: number | [number, number, number];
  readonly strides: number | [number, number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat?: 'NDHWC' | 'NCDHW';
}

/** Channels of volumes from which blocks of 16 are enough to occupy every thread. */
const MANY_ITEMS = 256;

/** Values that the windows of a pooling read. */
function readsOf({ outShape, filterDepth, filterHeight, filterWidth }: Info): number {
  return util.sizeFromShape(outShape) * filterDepth * filterHeight * filterWidth;
}

/** Bytes of so many floats, in whole vectors. */
function alignedBytes(floats: number): number {
  return 16 * Math.ceil(floats / 4);
}

/** How float32 volumes are pooled; undefined for other types and layouts, and where nothing is pooled or comes out. */
function poolInfo({ shape, dtype }: TensorInfo, attrs: NamedAttrMap): Info | undefined {
  const { filterSize, strides, pad, dimRoundingMode, dataFormat = 'NDHWC' } = attrs as unknown as PoolAttrs;
  if (dtype !== 'float32' || dataFormat !== 'NDHWC') return undefined;
  const info = backend_util.computePool3DInfo(shape as Info['inShape'], filterSize, strides, 1, pad, dimRoundingMode, dataFormat);
  return util.sizeFromShape(shape) * util.sizeFromShape(info.outShape) === 0 ? undefined : info;
}

/** Runs one of the kernels on all threads, whose parts need so many bytes of scratch each. */
function runPooling(
  backend: BackendWasm,
  entry: string,
  from: TensorInfo,
  to: TensorInfo,
  info: Info,
  frames: number,
  bytes: number,
): TensorInfo {
  const host = wasmHost(backend);
  const parts = splitWork(frames, readsOf(info), LEAST_FLOATS);
  const numbers = volumePoolingNumbers([host.pointer(from.dataId), host.pointer(to.dataId)], info);
  withScratch(host, [parts * bytes], (scratch) => {
    numbers.push(scratch);
    poolingModule(host).parallel(entry, parts, numbers);
  });
  return to;
}

/** Maxima and averages of volumes: first over the frames of windows, and then of each frame that is left. */
function poolBody(entry: string): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    const info = poolInfo(x, attrs);
    if (info === undefined) return undefined;
    const output = backend.makeOutput(info.outShape, 'float32');
    const { batchSize, outDepth, inHeight, inWidth, inChannels } = info;
    return runPooling(backend, entry, x, output, info, batchSize * outDepth, alignedBytes(inHeight * inWidth * inChannels + 3));
  };
}

/** `AvgPool3DGrad`, which like tfjs' divides by the size of a whole window. */
const averagePoolGradient: VectorBody = ({ inputs, attrs, backend }) => {
  const { dy, input } = inputs as Readonly<Record<'dy' | 'input', TensorInfo>>;
  const info = poolInfo(input, attrs);
  if (info === undefined || dy.dtype !== 'float32' || !util.arraysEqual(dy.shape, info.outShape)) return undefined;
  const output = backend.makeOutput(info.inShape, 'float32');
  const { batchSize, inDepth, outHeight, outWidth, inChannels } = info;
  const entry = 'averagePool3DGradient';
  return runPooling(backend, entry, dy, output, info, batchSize * inDepth, alignedBytes(outHeight * outWidth * inChannels));
};

/** `MaxPool3DGrad`: the gradient goes to the last greatest input of each window, as on tfjs' cpu backend where windows are cubes. */
const maxPoolGradient: VectorBody = ({ inputs, attrs, backend }) => {
  const { dy, input } = inputs as Readonly<Record<'dy' | 'input', TensorInfo>>;
  const info = poolInfo(input, attrs);
  if (info === undefined || dy.dtype !== 'float32' || !util.arraysEqual(dy.shape, info.outShape)) return undefined;
  const output = backend.makeOutput(info.inShape, 'float32');
  const host = wasmHost(backend);
  const { batchSize, inChannels } = info;
  const channels = batchSize * inChannels < MANY_ITEMS ? 4 : 16;
  const parts = splitWork(batchSize * Math.ceil(inChannels / channels), readsOf(info), LEAST_FLOATS);
  const pointers = [host.pointer(input.dataId), host.pointer(dy.dataId), host.pointer(output.dataId)];
  const numbers = volumePoolingNumbers(pointers, info);
  numbers.push(channels);
  poolingModule(host).parallel('maxPool3DGradient', parts, numbers);
  return output;
};

/** Pooling over depth, height and width on all threads, by tfjs' name of the kernel. */
export const volumePoolingBodies: ReadonlyMap<string, VectorBody> = new Map([
  [AvgPool3D, poolBody('averagePool3D')],
  [AvgPool3DGrad, averagePoolGradient],
  [MaxPool3D, poolBody('maxPool3D')],
  [MaxPool3DGrad, maxPoolGradient],
]);
