import { DepthwiseConv2dNative, FusedDepthwiseConv2D, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { applyActivation } from './apply-activation.ts';
import { type ConvolutionAttrs, convolutionInfo } from './convolution-attrs.ts';
import { depthwiseModule } from './depthwise-module.ts';
import { isFloat32 } from './is-float32.ts';
import { splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import type { KernelCall } from './wasm-kernel.ts';

interface DepthwiseAttrs extends ConvolutionAttrs {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/** Products that repay a part, about 40 us. */
const LEAST_PRODUCTS = 2 ** 19;

/** Values of an image with strides from which the pace is that of memory, where stock is faster. */
const BEYOND_CACHE = 2 ** 21;

/** Channels of one vector: fewer are stock's. */
const VECTOR = 4;

/** The activations that are bounds of the sum. */
const bounds: Readonly<Record<string, readonly [low: number, high: number]>> = {
  linear: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
};

/**
 * A depthwise convolution of float32 NHWC with one output for each input channel, any stride, dilation and padding; `bias`, if there is one, is a
 * vector. Activations that are no bounds follow as kernels of their own.
 */
const depthwiseBody: VectorBody = (call) => {
  const { x, filter, bias, preluActivationWeights: weights } = call.inputs as KernelCall['inputs'] & { bias?: TensorInfo };
  const attrs = call.attrs as unknown as DepthwiseAttrs;
  const { dataFormat = 'NHWC', activation = 'linear' } = attrs;
  if (x!.shape[3]! < VECTOR || filter!.shape[3] !== 1 || dataFormat !== 'NHWC') return undefined;
  if (!isFloat32(x) || !isFloat32(filter) || !isFloat32(bias) || !isFloat32(weights)) return undefined;
  const info = convolutionInfo(x!.shape, filter!.shape, attrs.dilations ? attrs : { ...attrs, dilations: 1 }, true);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  const products = util.sizeFromShape(info.outShape) * filterHeight * filterWidth;
  const isVector = !bias || (bias.shape.length === 1 && bias.shape[0] === inChannels);
  if (products === 0 || inHeight * inWidth === 0 || !isVector) return undefined;
  if (info.strideWidth > 1 && util.sizeFromShape(info.inShape) > BEYOND_CACHE) return undefined;
  const { backend } = call;
  const output = backend.makeOutput(info.outShape, 'float32');
  const host = wasmHost(backend);
  const pointer = (tensor: TensorInfo): number => host.pointer(tensor.dataId);
  const [low, high] = bounds[activation] ?? bounds['linear']!;
  depthwiseModule(host).parallel('depthwise', splitWork(batchSize * outHeight, products, LEAST_PRODUCTS), [
    pointer(x!),
    pointer(filter!),
    bias ? pointer(bias) : 0,
    pointer(output),
    low,
    high,
    batchSize,
    inHeight,
    inWidth,
    inChannels,
    outHeight,
    outWidth,
    filterHeight,
    filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    padInfo.top,
    padInfo.left,
  ]);
  return activation in bounds ? output : applyActivation(backend, output, activation, { weights, slope: attrs.leakyreluAlpha });
};

/** Depthwise convolution on all threads, by tfjs' name of the kernel. */
export const depthwiseBodies: ReadonlyMap<string, VectorBody> = new Map([
  [DepthwiseConv2dNative, depthwiseBody],
  [FusedDepthwiseConv2D, depthwiseBody],
]);
