import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { activationNumbers, gemm, type GemmActivation } from './gemm.ts';
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

/** Output points that are computed at once. */
const POSITIONS = 48;

/** Up to so many channels the taps of a filter's row are multiplied as one run of pixels: a tap alone would be too short a sum. */
const FEW_CHANNELS = 16;

/** Up to so many products an output the patches are copied first: the taps alone would be too short. */
const SHORT_SUM = 64;

/** Output points from which packing the filter is repaid, which stock does once for each filter; with a filter that fits the cache fewer do. */
const MANY_POINTS = 128;
const SOME_POINTS = 32;
const CACHED_FILTER = 2 ** 19;

/** Channels below which a 1x1 filter costs more for its output than for its products. */
const FEW_CHANNELS_1X1 = 16;

/** Products below which the call costs more than the arithmetic. */
const FEW_PRODUCTS = 2 ** 18;

/** Output channels from which a short sum is repaid. */
const MANY_OUTPUTS = 32;

/** Cost in products of what an output value takes besides its products. */
const OUTPUT_COST = 16;

/** The number of parts of a convolution, by its products and by its output, which weighs where sums are short. */
function partsOf(points: number, sum: number, columns: number): number {
  return splitWork(Math.ceil(points / POSITIONS), points * (sum + OUTPUT_COST) * columns, LEAST_PRODUCTS / 2);
}

/**
 * Whether {@link forwardConvolution} is at least as fast as the stock kernel. The rule knows nothing of threads: relaxed instructions round
 * otherwise than stock's, and the bits of a result must not depend on the number of threads. Short sums for few output channels stay with stock, which is faster on one thread.
 */
export function isForwardConvolutionFaster(info: backend_util.Conv2DInfo): boolean {
  const { batchSize, outHeight, outWidth, outChannels, filterHeight, filterWidth, inChannels } = info;
  const points = batchSize * outHeight * outWidth;
  const sum = filterHeight * filterWidth * inChannels;
  const leastPoints = sum * outChannels > CACHED_FILTER ? MANY_POINTS : SOME_POINTS;
  const isShort = filterHeight * filterWidth === 1 ? sum < FEW_CHANNELS_1X1 : sum <= SHORT_SUM;
  return points >= leastPoints && points * sum * outChannels >= FEW_PRODUCTS && (!isShort || outChannels >= MANY_OUTPUTS);
}

/**
 * `out[y, x, o] = activation(bias[o] + sum over taps and c of x[y * stride + tap * dilation - pad, ..., c] W[tap, c, o])` for float32 NHWC, on
 * all threads. A 1x1 filter with stride 1 is one matrix product, a 3x3 filter over many channels runs by Winograd's algorithm; others read the pixels where they lie. No size may be 0.
 */
export function forwardConvolution(
  backend: BackendWasm,
  x: TensorInfo,
  filter: TensorInfo,
  info: backend_util.Conv2DInfo,
  { bias, activation = 'linear', alpha = 0 }: ConvolutionEpilogue = {},
): TensorInfo {
  const host = wasmHost(backend);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels: columns, filterHeight, filterWidth, padInfo } = info;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const output = backend.makeOutput(info.outShape, 'float32');
  const [source, weights, target] = [x, filter, output].map(({ dataId }) => host.pointer(dataId)) as [number, number, number];
  const biasPointer = bias ? host.pointer(bias.dataId) : 0;
  const positions = batchSize * outHeight * outWidth;
  if (filterHeight * filterWidth * strideHeight * strideWidth === 1 && positions === batchSize * inHeight * inWidth) {
    const a = { pointer: source, rowStride: inChannels, columnStride: 1 };
    const b = { pointer: weights, rowStride: columns, columnStride: 1 };
    gemm(host, { a, b, c: target, rows: positions, columns, depth: inChannels, bias: biasPointer, activation, alpha });
    return output;
  }
  const epilogue = [biasPointer, activationNumbers[activation], alpha] as const;
  if (isWinogradFaster(info)) {
    const { top: padTop, left: padLeft } = padInfo;
    const problem = {
      source,
      batch: batchSize,
      height: inHeight,
      width: inWidth,
      channels: inChannels,
      padTop,
      padLeft,
      outHeight,
      outWidth,
      columns,
    };
    const plane = inChannels * columns;
    const layout = { pointer: weights, lineStride: 3 * plane, tapStride: plane, depthStride: columns, columnStride: 1 };
    winogradConvolution(host, problem, layout, target, epilogue);
    return output;
  }
  const panels = Math.ceil(columns / 8);
  const sum = filterHeight * filterWidth * inChannels;
  const tasks = partsOf(positions, sum, columns);
  if (sum <= SHORT_SUM) {
    withScratch(host, [panels * sum * 32, tasks * (4 + 8 * (POSITIONS + 3) + 4 * POSITIONS * sum)], (packed, scratch) => {
      const parts = splitWork(panels, panels * sum * 8, LEAST_FLOATS);
      host.parallel('packColumns', parts, [weights, columns, 1, 0, 1, sum, columns, packed]);
      host.parallel('convolvePatches', tasks, [
        ...[source, inHeight, inWidth, inChannels, filterHeight, filterWidth, strideHeight, strideWidth],
        ...[dilationHeight, dilationWidth, padInfo.top, padInfo.left, packed],
        ...[target, batchSize, outHeight, outWidth, columns, POSITIONS, ...epilogue, scratch],
      ]);
    });
    return output;
  }
  const span = inChannels <= FEW_CHANNELS && dilationWidth === 1 ? filterWidth : 1;
  const taps = filterHeight * (filterWidth / span);
  const depth = span * inChannels;
  const tapTable = Array.from({ length: taps }, (_, tap) => {
    const tapY = Math.floor((tap * span) / filterWidth);
    const tapX = (tap * span) % filterWidth;
    return [tapY * dilationHeight - padInfo.top, tapX * dilationWidth - padInfo.left, tap];
  });
  const taskBytes = 4 * (taps + (taps + 1) * POSITIONS + (span > 1 ? taps * POSITIONS * depth : 0));
  withScratch(host, [taps * panels * depth * 32, depth * 4, taps * 12, tasks * taskBytes], (packed, zeros, table, scratch) => {
    host.write(zeros, new Float32Array(depth));
    host.write(table, Int32Array.from(tapTable.flat()));
    const parts = splitWork(taps * panels, taps * panels * depth * 8, LEAST_FLOATS);
    host.parallel('packColumns', parts, [weights, columns, 1, depth * columns, taps, depth, columns, packed]);
    host.parallel('convolve', tasks, [
      ...[source, inHeight, inWidth, inChannels, strideHeight, strideWidth, taps, span, table, packed],
      ...[target, outHeight, outWidth, columns, 1, 1, 0, 0, batchSize, outHeight, outWidth, POSITIONS],
      ...[...epilogue, zeros, scratch],
    ]);
  });
  return output;
}
