import { DepthwiseConv2dNative, FusedDepthwiseConv2D, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmHost } from '@kumiko/backend';
import { wasmHost } from '../host.ts';
import { applyActivation } from './apply-activation.ts';
import type { ConvolutionAttrs } from './convolution-attrs.ts';
import { depthwiseModule } from './depthwise-module.ts';
import { isFloat32 } from './is-float32.ts';
import { plannedConvolution } from './planned-convolution.ts';
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

/** Channels of one vector, and products from which stock is faster with strides over fewer. */
const VECTOR = 4;
const FEW_PRODUCTS = 2 ** 13;

/** The activations that are bounds of the sum. */
const bounds: Readonly<Record<string, readonly [low: number, high: number]>> = {
  linear: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
};

/** Fills the target from pointers to the image, the filter and the bias (0: none), between bounds. */
type Run = (host: WasmHost, x: number, filter: number, bias: number, target: number, low: number, high: number) => void;

interface DepthwisePlan {
  readonly outShape: number[];
  /** Absent where there is nothing to compute, or stock is faster. */
  readonly run: Run | undefined;
}

const depthwisePlan = plannedConvolution((info): DepthwisePlan => {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, padInfo, outShape } = info;
  const products = util.sizeFromShape(outShape) * filterHeight * filterWidth;
  const isNarrow = inChannels < VECTOR && products > FEW_PRODUCTS;
  const isStocks = info.strideWidth > 1 && (isNarrow || util.sizeFromShape(info.inShape) > BEYOND_CACHE);
  if (isStocks || products * inHeight * inWidth === 0) return { outShape, run: undefined };
  const tasks = splitWork(batchSize * outHeight, products, LEAST_PRODUCTS);
  const run: Run = (host, x, filter, bias, target, low, high) => {
    depthwiseModule(host).parallel('depthwise', tasks, [
      x,
      filter,
      bias,
      target,
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
  };
  return { outShape, run };
}, true);

/**
 * A depthwise convolution of float32 NHWC with one output for each input channel, any stride, dilation and padding; `bias`, if there is one, is a
 * vector. Activations that are no bounds follow as kernels of their own.
 */
const depthwiseBody: VectorBody = (call) => {
  const { x, filter, bias, preluActivationWeights: weights } = call.inputs as KernelCall['inputs'] & { bias?: TensorInfo };
  const attrs = call.attrs as unknown as DepthwiseAttrs;
  const { dataFormat = 'NHWC', activation = 'linear' } = attrs;
  if (filter!.shape[3] !== 1 || dataFormat !== 'NHWC') return undefined;
  if (!isFloat32(x) || !isFloat32(filter) || !isFloat32(bias) || !isFloat32(weights)) return undefined;
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== x!.shape[3])) return undefined;
  const { outShape, run } = depthwisePlan(x!.shape, filter!.shape, attrs.dilations ? attrs : { ...attrs, dilations: 1 });
  if (run === undefined) return undefined;
  const { backend } = call;
  const host = wasmHost(backend);
  const output = backend.makeOutput(outShape, 'float32');
  const [low, high] = bounds[activation] ?? bounds['linear']!;
  const biasPointer = bias ? host.pointer(bias.dataId) : 0;
  run(host, host.pointer(x!.dataId), host.pointer(filter!.dataId), biasPointer, host.pointer(output.dataId), low, high);
  return activation in bounds ? output : applyActivation(backend, output, activation, { weights, slope: attrs.leakyreluAlpha });
};

/** Depthwise convolution on all threads, by tfjs' name of the kernel. */
export const depthwiseBodies: ReadonlyMap<string, VectorBody> = new Map([
  [DepthwiseConv2dNative, depthwiseBody],
  [FusedDepthwiseConv2D, depthwiseBody],
]);
