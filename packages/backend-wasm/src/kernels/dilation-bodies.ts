import { backend_util, Dilation2D, Dilation2DBackpropFilter, Dilation2DBackpropInput, util } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { base64 } from '../generated/dilation-simd.ts';
import { kernelModule } from './kernel-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

interface DilationAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dilations: number | [number, number];
}

/** Images that are enough to occupy every thread; with fewer, the channels are split too. */
const MANY_IMAGES = 16;

/** Greyscale dilation and its gradients. */
const dilationModule = /* @__PURE__ */ kernelModule('kumiko-dilation', base64);

/**
 * How float32 images are dilated; undefined for other types, where nothing comes out, and where a window begins beyond the image, for which tfjs'
 * kernels have no gradient.
 */
function dilationInfo(image: TensorInfo, filter: TensorInfo, attrs: NamedAttrMap): backend_util.Conv2DInfo | undefined {
  if (image.dtype !== 'float32' || filter.dtype !== 'float32') return undefined;
  const { strides, pad, dilations } = attrs as unknown as DilationAttrs;
  const x = image.shape as [number, number, number, number];
  const info = backend_util.computeDilation2DInfo(x, filter.shape as [number, number, number], strides, pad, 'NHWC', dilations);
  const { padInfo, outHeight, outWidth, strideHeight, strideWidth, inHeight, inWidth } = info;
  const isWithin = (outHeight - 1) * strideHeight - padInfo.top < inHeight && (outWidth - 1) * strideWidth - padInfo.left < inWidth;
  return isWithin && util.sizeFromShape(x) * util.sizeFromShape(info.outShape) > 0 ? info : undefined;
}

/** Runs one of the kernels on the tensors, of which the last one is its output, for so many items of work. */
function runDilation(
  entry: string,
  backend: BackendWasm,
  tensors: readonly TensorInfo[],
  info: backend_util.Conv2DInfo,
  items: number,
  channelCount?: number,
): void {
  const host = wasmHost(backend);
  const numbers = tensors.map(({ dataId }) => host.pointer(dataId));
  numbers.push(info.batchSize, info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth, info.filterHeight, info.filterWidth,
    info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth, info.padInfo.top, info.padInfo.left); // prettier-ignore
  if (channelCount !== undefined) numbers.push(channelCount);
  const reads = util.sizeFromShape(info.outShape) * info.filterHeight * info.filterWidth;
  dilationModule(host).parallel(entry, splitWork(items, reads, LEAST_FLOATS), numbers);
}

const dilation: VectorBody = ({ inputs, attrs, backend }) => {
  const { x, filter } = inputs as Readonly<Record<'x' | 'filter', TensorInfo>>;
  const info = dilationInfo(x, filter, attrs);
  if (info === undefined) return undefined;
  const output = backend.makeOutput(info.outShape, 'float32');
  runDilation('dilate', backend, [x, filter, output], info, info.batchSize * info.outHeight);
  return output;
};

/** The gradient for the image or for the filter. */
function gradientBody(of: 'x' | 'filter'): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const { x, filter, dy } = inputs as Readonly<Record<'x' | 'filter' | 'dy', TensorInfo>>;
    const info = dilationInfo(x, filter, attrs);
    if (info === undefined || dy.dtype !== 'float32' || !util.arraysEqual(dy.shape, info.outShape)) return undefined;
    const output = backend.makeOutput(inputs[of]!.shape, 'float32');
    const tensors = [x, filter, dy, output];
    const { batchSize, inChannels } = info;
    if (of === 'filter') {
      runDilation('dilateFilterGradient', backend, tensors, info, Math.ceil(inChannels / 4));
    } else {
      const channels = batchSize < MANY_IMAGES ? 4 : Math.ceil(inChannels / 4) * 4;
      runDilation('dilateInputGradient', backend, tensors, info, batchSize * Math.ceil(inChannels / channels), channels);
    }
    return output;
  };
}

/**
 * Greyscale dilation of float32 images on all threads, and its gradients, by tfjs' name of the kernel. As on tfjs' cpu backend, places outside the
 * image take no part.
 */
export const dilationBodies: ReadonlyMap<string, VectorBody> = new Map([
  [Dilation2D, dilation],
  [Dilation2DBackpropFilter, gradientBody('filter')],
  [Dilation2DBackpropInput, gradientBody('x')],
]);
