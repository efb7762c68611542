import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmHost } from '@kumiko/backend';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { convolutionModule } from './convolution-module.ts';
import { activationNumbers, gemm, type GemmActivation } from './gemm.ts';
import { planLines } from './lines-plan.ts';
import { plannedConvolution } from './planned-convolution.ts';
import { LEAST_FLOATS, LEAST_PRODUCTS, splitWork } from './split-work.ts';
import { isWinogradFaster, winogradConvolution } from './winograd.ts';
import { withScratch } from './with-scratch.ts';

/** What follows a convolution in the same pass. */
export interface ConvolutionEpilogue {
  /** A value an output channel. */
  readonly bias?: TensorInfo | undefined;
  readonly activation?: GemmActivation;
  /** Slope of `leakyrelu` below 0. */
  readonly alpha?: number;
}

/** Pointers to the tensors of a convolution, the bias among them (0: none), and its activation with its slope. */
type Run = (
  host: WasmHost,
  source: number,
  weights: number,
  target: number,
  bias: number,
  activation: GemmActivation,
  alpha: number,
) => void;

/** How a convolution is done. */
export interface ForwardPlan {
  readonly outShape: number[];
  /** Absent where there is nothing to compute. */
  readonly run: Run | undefined;
  /** Whether that is at least as fast as the stock kernel. */
  readonly isFaster: boolean;
}

/** Output points that are computed at once. */
const POSITIONS = 48;

/** Output points of a band of lines: their sums stay in the nearest cache. */
const BAND_POINTS = 192;

/** Elements of a filter up to which packing it would cost more than it saves. */
const SMALL_FILTER = 2 ** 15;

/** Channels up to which a tap alone would be too short a sum. */
const FEW_CHANNELS = 16;

/** Output points that are too few to repay packing the filter, unless its rows lie so far apart that they share lines of the cache. */
const FEW_POINTS = 64;
const MOST_DIRECT_COLUMNS = 256;

/** Products up to which a 1x1 filter is not packed either. */
const FEW_PRODUCTS = 2 ** 19;

/** Elements of a filter that leaves the cache, and output points that then repay packing it, which stock does once for each filter. */
const CACHED_FILTER = 2 ** 19;
const MANY_POINTS = 128;

/** Cost in products of what an output value takes besides its products. */
const OUTPUT_COST = 16;

function partsOf(items: number, info: backend_util.Conv2DInfo): number {
  const { batchSize, outHeight, outWidth, outChannels, filterHeight, filterWidth, inChannels } = info;
  const cost = batchSize * outHeight * outWidth * (filterHeight * filterWidth * inChannels + OUTPUT_COST) * outChannels;
  return splitWork(items, cost, LEAST_PRODUCTS / 2);
}

/** A 1x1 filter with stride 1 is one matrix product. */
function runAsProduct({ batchSize, outHeight, outWidth, outChannels: columns, inChannels: depth }: backend_util.Conv2DInfo): Run {
  const rows = batchSize * outHeight * outWidth;
  return (host, source, weights, c, bias, activation, alpha) => {
    const a = { pointer: source, rowStride: depth, columnStride: 1 };
    gemm(host, { a, b: { pointer: weights, rowStride: columns, columnStride: 1 }, c, rows, columns, depth, bias, activation, alpha });
  };
}

function runByWinograd(info: backend_util.Conv2DInfo): Run {
  const { batchSize: batch, inHeight: height, inWidth: width, inChannels: channels, outHeight, outWidth, outChannels: columns } = info;
  const { top: padTop, left: padLeft } = info.padInfo;
  const problem = { batch, height, width, channels, padTop, padLeft, outHeight, outWidth, columns };
  const plane = channels * columns;
  const layout = { lineStride: 3 * plane, tapStride: plane, depthStride: columns, columnStride: 1 };
  return (host, source, pointer, target, bias, activation, alpha) => {
    winogradConvolution(host, { ...problem, source }, { ...layout, pointer }, target, [bias, activationNumbers[activation], alpha]);
  };
}

/** The filter is read where it lies, and so is the image but for its padding. */
function runByLines(info: backend_util.Conv2DInfo): Run {
  const { filterHeight, filterWidth, inChannels, outWidth, outChannels, dilationWidth } = info;
  const { rowCount, bands, lineBytes } = planLines(info, BAND_POINTS);
  const tasks = partsOf(bands, info);
  const taps = filterHeight * (dilationWidth === 1 ? 1 : filterWidth);
  const tailBytes = outChannels % 8 === 0 ? 0 : 32 * filterHeight * filterWidth * inChannels;
  const taskBytes = 4 * (taps + rowCount * outWidth + 3) + tailBytes + lineBytes;
  return (host, source, weights, target, bias, activation, alpha) => {
    withScratch(host, [tasks * taskBytes], (scratch) => {
      convolutionModule(host).parallel('convolveLines', tasks, [
        source,
        info.inHeight,
        info.inWidth,
        inChannels,
        weights,
        filterHeight,
        filterWidth,
        info.strideHeight,
        info.strideWidth,
        info.dilationHeight,
        dilationWidth,
        info.padInfo.top,
        info.padInfo.left,
        target,
        info.batchSize,
        info.outHeight,
        outWidth,
        outChannels,
        rowCount,
        bias,
        activationNumbers[activation],
        alpha,
        scratch,
        taskBytes,
      ]);
    });
  };
}

/** Every tap is a product of its own, with the filter packed before. */
function runByTaps(info: backend_util.Conv2DInfo): Run {
  const {
    batchSize,
    inHeight,
    inWidth,
    inChannels: depth,
    outHeight,
    outWidth,
    outChannels: columns,
    filterHeight,
    filterWidth,
    padInfo,
  } = info;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const panels = Math.ceil(columns / 8);
  const tasks = partsOf(Math.ceil((batchSize * outHeight * outWidth) / POSITIONS), info);
  const taps = filterHeight * filterWidth;
  const tapTable = Array.from({ length: taps }, (_, tap) => {
    const tapY = Math.floor(tap / filterWidth);
    const tapX = tap % filterWidth;
    return [tapY * dilationHeight - padInfo.top, tapX * dilationWidth - padInfo.left, tap];
  });
  const taskBytes = 4 * (taps + (taps + 1) * POSITIONS);
  return (host, source, weights, target, bias, activation, alpha) => {
    withScratch(host, [taps * panels * depth * 32, depth * 4, taps * 12, tasks * taskBytes], (packed, zeros, table, scratch) => {
      host.write(zeros, new Float32Array(depth));
      host.write(table, Int32Array.from(tapTable.flat()));
      const parts = splitWork(taps * panels, taps * panels * depth * 8, LEAST_FLOATS);
      host.parallel('packColumns', parts, [weights, columns, 1, depth * columns, taps, depth, columns, packed]);
      host.parallel('convolve', tasks, [
        ...[source, inHeight, inWidth, depth, strideHeight, strideWidth, taps, table, packed],
        ...[target, outHeight, outWidth, columns, 1, 1, 0, 0, batchSize, outHeight, outWidth, POSITIONS],
        ...[bias, activationNumbers[activation], alpha, zeros, scratch],
      ]);
    });
  };
}

/** The rule knows nothing of threads: the bits of a result must not depend on their number. */
function planForward(info: backend_util.Conv2DInfo): ForwardPlan {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, outShape } = info;
  const points = batchSize * outHeight * outWidth;
  const filterSize = filterHeight * filterWidth * inChannels * outChannels;
  if (filterSize * points * inHeight * inWidth === 0) return { outShape, run: undefined, isFaster: false };
  const isPointwise = filterHeight * filterWidth * info.strideHeight * info.strideWidth === 1 && points === batchSize * inHeight * inWidth;
  const isFewPoints = points <= FEW_POINTS && outChannels <= MOST_DIRECT_COLUMNS;
  const isByLines = filterSize <= SMALL_FILTER || inChannels <= FEW_CHANNELS || isFewPoints;
  const isProduct = isPointwise && (points === 1 || points * filterSize > FEW_PRODUCTS);
  const plan = isProduct ? runAsProduct : isWinogradFaster(info) ? runByWinograd : isByLines ? runByLines : runByTaps;
  return { outShape, run: plan(info), isFaster: filterSize <= CACHED_FILTER || points >= MANY_POINTS };
}

/** How a convolution of float32 NHWC is done, by the shapes of its input and its filter. */
export const forwardPlan = plannedConvolution(planForward);

/**
 * `out[y, x, o] = activation(bias[o] + sum over taps and c of x[y * stride + tap * dilation - pad, ..., c] W[tap, c, o])` for float32 NHWC, on
 * all threads, by a plan that runs.
 */
export function forwardConvolution(
  backend: BackendWasm,
  x: TensorInfo,
  filter: TensorInfo,
  { outShape, run }: ForwardPlan,
  { bias, activation = 'linear', alpha = 0 }: ConvolutionEpilogue = {},
): TensorInfo {
  const host = wasmHost(backend);
  const output = backend.makeOutput(outShape, 'float32');
  const biasPointer = bias ? host.pointer(bias.dataId) : 0;
  run!(host, host.pointer(x.dataId), host.pointer(filter.dataId), host.pointer(output.dataId), biasPointer, activation, alpha);
  return output;
}
