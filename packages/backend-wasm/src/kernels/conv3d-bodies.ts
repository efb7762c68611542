import { AddN, backend_util, Conv2D, Conv2DBackpropFilter, Conv2DBackpropInput, Fill, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { copyStrided } from './copy-strided.ts';
import { runKernel } from './run-kernel.ts';
import { sliceTensor } from './slice.ts';
import { productsOf, smallConv3D, smallConv3DFilterGradient, smallConv3DInputGradient } from './small-conv3d.ts';
import type { VectorBody } from './vector-kernel.ts';

/** Multiply-adds from which convolutions of images repay what goes with them. */
const MANY_PRODUCTS = 2 ** 18;

type Info = backend_util.Conv3DInfo;
type Shape5D = [number, number, number, number, number];

interface Conv3DAttrs {
  readonly strides: number | [number, number, number];
  readonly pad: 'valid' | 'same';
  readonly dilations?: number | [number, number, number];
  readonly dataFormat?: string;
}

/** The output frames `first` to `first + count - 1` that one tap of the filter's depth reaches; of the input they see frames from `start` on. */
interface Reach {
  readonly first: number;
  readonly count: number;
  readonly start: number;
}

function reachOf({ inDepth, outDepth, strideDepth, dilationDepth, padInfo }: Info, tap: number): Reach {
  const offset = tap * dilationDepth - padInfo.front;
  const first = Math.max(0, Math.ceil(-offset / strideDepth));
  const last = Math.min(outDepth - 1, Math.floor((inDepth - 1 - offset) / strideDepth));
  return { first, count: Math.max(0, last - first + 1), start: first * strideDepth + offset };
}

/** Every `stride`-th of the frames of `x`, [batch, depth, ...], from `start` on, as images [batch * count, ...]. */
function framesOf(backend: BackendWasm, x: TensorInfo, start: number, count: number, stride: number): TensorInfo {
  const [batch, depth, ...image] = x.shape as Shape5D;
  const frame = util.sizeFromShape(image);
  const output = backend.makeOutput([batch * count, ...image], 'float32');
  const host = wasmHost(backend);
  const axes = [{ length: batch, from: depth * frame, to: count * frame }, { length: count, from: stride * frame, to: frame }, { length: frame, from: 1, to: 1 }]; // prettier-ignore
  copyStrided(host, { from: host.pointer(x.dataId) + 4 * start * frame, to: host.pointer(output.dataId), size: 4, axes });
  return output;
}

/** The opposite: images as every `stride`-th frame of zeros of a shape. Disposes the images. */
function asFrames(backend: BackendWasm, images: TensorInfo, shape: Shape5D, start: number, count: number, stride: number): TensorInfo {
  const [batch, depth, ...image] = shape;
  const frame = util.sizeFromShape(image);
  const output = runKernel(Fill, backend, {}, { shape, value: 0, dtype: 'float32' });
  const host = wasmHost(backend);
  const axes = [{ length: batch, from: count * frame, to: depth * frame }, { length: count, from: frame, to: stride * frame }, { length: frame, from: 1, to: 1 }]; // prettier-ignore
  copyStrided(host, { from: host.pointer(images.dataId), to: host.pointer(output.dataId) + 4 * start * frame, size: 4, axes });
  backend.disposeData(images.dataId);
  return output;
}

/** One tap of the filter's depth, as the filter of images. */
function filterOfTap(backend: BackendWasm, filter: TensorInfo, tap: number): TensorInfo {
  const slice = sliceTensor(backend, filter, [tap, 0, 0, 0, 0], [1, ...filter.shape.slice(1)]);
  return { ...slice, shape: filter.shape.slice(1) };
}

/** What a convolution of the images does along height and width. */
function attrsOfImages({ strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo }: Info) {
  const { top, bottom, left, right } = padInfo;
  return {
    strides: [strideHeight, strideWidth],
    dilations: [dilationHeight, dilationWidth],
    pad: [[0, 0], [top, bottom], [left, right], [0, 0]] as never, // prettier-ignore
    dataFormat: 'NHWC',
  };
}

/** The sum of all parts, which are disposed; the only part itself. */
function sumOf(backend: BackendWasm, parts: readonly TensorInfo[]): TensorInfo {
  if (parts.length === 1) return parts[0]!;
  const sum = runKernel(AddN, backend, parts as unknown as Record<string, TensorInfo>);
  for (const { dataId } of parts) backend.disposeData(dataId);
  return sum;
}

/** The taps that reach anything, with what they reach; none where one kernel is quicker. */
function tapsOf(info: Info, products: number): (Reach & { readonly tap: number })[] {
  if (products < MANY_PRODUCTS) return [];
  return Array.from({ length: info.filterDepth }, (_, tap) => ({ tap, ...reachOf(info, tap) })).filter(({ count }) => count > 0);
}

/** `Conv3D`: the sum over the filter's depth of convolutions of images. */
const forwardBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const filter = inputs['filter']!;
  const { strides, pad, dilations = 1, dataFormat } = attrs as unknown as Conv3DAttrs;
  const info = backend_util.computeConv3DInfo(x.shape as Shape5D, filter.shape as Shape5D, strides, dilations, pad);
  const products = productsOf(info);
  if (x.dtype !== 'float32' || filter.dtype !== 'float32' || dataFormat === 'NCDHW' || products === 0) return undefined;
  const taps = tapsOf(info, products);
  if (taps.length === 0) return smallConv3D(backend, x, filter, info);
  const parts = taps.map(({ tap, first, count, start }) => {
    const images = framesOf(backend, x, start, count, info.strideDepth);
    const weights = filterOfTap(backend, filter, tap);
    const output = runKernel(Conv2D, backend, { x: images, filter: weights }, attrsOfImages(info));
    for (const { dataId } of [images, weights]) backend.disposeData(dataId);
    return count === info.outDepth ? output : asFrames(backend, output, info.outShape, first, count, 1);
  });
  return { ...sumOf(backend, parts), shape: info.outShape };
};

/** `Conv3DBackpropFilterV2`: one gradient of a filter of images for each tap of the depth, zeros for taps that reach nothing. */
const filterGradientBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const dy = inputs['dy']!;
  const { strides, pad, filterShape } = attrs as unknown as Conv3DAttrs & { filterShape: Shape5D };
  const info = backend_util.computeConv3DInfo(x.shape as Shape5D, filterShape, strides, 1, pad);
  const products = productsOf(info);
  const isPlain = x.dtype === 'float32' && dy.dtype === 'float32' && util.arraysEqual(dy.shape, info.outShape);
  if (!isPlain || products === 0) return undefined;
  const taps = tapsOf(info, products);
  if (taps.length === 0) return smallConv3DFilterGradient(backend, x, dy, info);
  const output = runKernel(Fill, backend, {}, { shape: filterShape, value: 0, dtype: 'float32' });
  const host = wasmHost(backend);
  const length = util.sizeFromShape(filterShape.slice(1));
  for (const { tap, first, count, start } of taps) {
    const images = framesOf(backend, x, start, count, info.strideDepth);
    const slopes = framesOf(backend, dy, first, count, 1);
    const part = runKernel(
      Conv2DBackpropFilter,
      backend,
      { x: images, dy: slopes },
      { ...attrsOfImages(info), filterShape: filterShape.slice(1) },
    );
    copyStrided(host, {
      from: host.pointer(part.dataId),
      to: host.pointer(output.dataId) + 4 * tap * length,
      size: 4,
      axes: [{ length, from: 1, to: 1 }],
    });
    for (const { dataId } of [images, slopes, part]) backend.disposeData(dataId);
  }
  return output;
};

/** `Conv3DBackpropInputV2`: the sum over the filter's depth of the gradients of images. */
const inputGradientBody: VectorBody = ({ inputs, attrs, backend }) => {
  const dy = inputs['dy']!;
  const filter = inputs['filter']!;
  const { strides, pad, inputShape } = attrs as unknown as Conv3DAttrs & { inputShape: Shape5D };
  const info = backend_util.computeConv3DInfo(inputShape, filter.shape as Shape5D, strides, 1, pad);
  const products = productsOf(info);
  const isPlain = dy.dtype === 'float32' && filter.dtype === 'float32' && util.arraysEqual(dy.shape, info.outShape);
  if (!isPlain || products === 0) return undefined;
  // The one kernel multiplies four output channels at once, however few there are.
  const taps = tapsOf(info, (products / info.outChannels) * 4 * Math.ceil(info.outChannels / 4));
  if (taps.length === 0) return smallConv3DInputGradient(backend, dy, filter, info);
  const parts = taps.map(({ tap, first, count, start }) => {
    const slopes = framesOf(backend, dy, first, count, 1);
    const weights = filterOfTap(backend, filter, tap);
    const images = [inputShape[0] * count, ...inputShape.slice(2)];
    const output = runKernel(Conv2DBackpropInput, backend, { dy: slopes, filter: weights }, { ...attrsOfImages(info), inputShape: images });
    for (const { dataId } of [slopes, weights]) backend.disposeData(dataId);
    return count === info.inDepth ? output : asFrames(backend, output, inputShape, start, count, info.strideDepth);
  });
  return { ...sumOf(backend, parts), shape: inputShape };
};

/**
 * Convolutions of volumes and their gradients, by tfjs' name of the kernel: those of images, one for each tap of the filter's depth, unless that is more
 * work than the products themselves.
 */
export const conv3DBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['Conv3D', forwardBody],
  ['Conv3DBackpropFilterV2', filterGradientBody],
  ['Conv3DBackpropInputV2', inputGradientBody],
]);
