import { Conv2DBackpropInput, util } from '@tensorflow/tfjs-core';
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmHost } from '@kumiko/backend';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { attrsOfNhwc, type ConvolutionAttrs, toNchw, toNhwc } from './convolution-attrs.ts';
import { convolutionModule } from './convolution-module.ts';
import { outputCorner } from './output-corner.ts';
import { plannedConvolution } from './planned-convolution.ts';
import { LEAST_FLOATS, LEAST_PRODUCTS, splitWork } from './split-work.ts';
import { strideTaps } from './stride-taps.ts';
import { toFloat32 } from './to-float32.ts';
import { wasmKernel } from './wasm-kernel.ts';
import { isWinogradFaster, winogradConvolution } from './winograd.ts';
import { withScratch } from './with-scratch.ts';
import { zeroOutput } from './zero-output.ts';

interface Conv2DBackpropInputAttrs extends ConvolutionAttrs {
  readonly inputShape: number[];
}

/** Input points that are computed at once. */
const POSITIONS = 48;

/** Input channels that do not fill a panel of 8. */
const FEW_CHANNELS = 8;

/** Products up to which packing the filter costs more than it saves. */
const FEW_PRODUCTS = 2 ** 18;

/** Outputs of which a line is worth its padding. */
const LEAST_WIDTH = 8;

/** Bytes of lines that stay in the second-level cache, and rows of them that are enough for a thread at a time. */
const LINES_BYTES = 2 ** 17;
const MOST_ROWS = 14;

/** Fills the target from pointers to dy and the filter. */
type Run = (host: WasmHost, dy: number, filter: number, target: number) => void;

interface InputGradientPlan {
  readonly info: backend_util.Conv2DInfo;
  /** Absent where there is nothing to add up. */
  readonly run: Run | undefined;
}

/** The convolution of dy with the filter turned by half a turn, from output to input channels. */
function runByWinograd(info: backend_util.Conv2DInfo): Run {
  const { batchSize: batch, inHeight, inWidth, inChannels: columns, outHeight: height, outWidth: width, outChannels: channels } = info;
  const { top, left } = info.padInfo;
  const sizes = { batch, height, width, channels, padTop: 2 - top, padLeft: 2 - left, outHeight: inHeight, outWidth: inWidth, columns };
  const plane = columns * channels;
  const layout = { lineStride: -3 * plane, tapStride: -plane, depthStride: 1, columnStride: channels };
  return (host, source, filter, target) => {
    winogradConvolution(host, { ...sizes, source }, { ...layout, pointer: filter + 4 * 8 * plane }, target);
  };
}

/** Whether the input has one channel, of which neighbours see the same pixels of dy. */
function isToOne({
  inChannels,
  inWidth,
  outChannels,
  filterWidth,
  strideHeight,
  strideWidth,
  dilationHeight,
  dilationWidth,
}: backend_util.Conv2DInfo): boolean {
  const isDense = strideHeight * strideWidth * dilationHeight * dilationWidth === 1 && filterWidth > 1;
  return inChannels === 1 && isDense && outChannels % 8 === 0 && inWidth >= LEAST_WIDTH;
}

/** Inner products along the output channels over lines of dy with their padding. */
function runToOne(info: backend_util.Conv2DInfo): Run {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, outChannels, filterHeight, filterWidth, padInfo } = info;
  const lineBytes = 4 * outChannels * (8 * Math.ceil(inWidth / 8) + filterWidth - 1);
  const most = Math.max(1, Math.min(inHeight, MOST_ROWS, Math.floor(LINES_BYTES / lineBytes) - filterHeight + 1));
  const rowCount = Math.ceil(inHeight / Math.ceil(inHeight / most));
  const taskBytes = (rowCount + filterHeight - 1) * lineBytes;
  const products = batchSize * inHeight * inWidth * outChannels * filterHeight * filterWidth;
  const tasks = splitWork(batchSize * Math.ceil(inHeight / rowCount), products, LEAST_PRODUCTS / 2);
  return (host, dy, filter, target) => {
    withScratch(host, [tasks * taskBytes], (scratch) => {
      convolutionModule(host).parallel('convolveToOne', tasks, [
        dy,
        outHeight,
        outWidth,
        outChannels,
        filter,
        filterHeight,
        filterWidth,
        padInfo.top,
        padInfo.left,
        target,
        batchSize,
        inHeight,
        inWidth,
        rowCount,
        scratch,
        taskBytes,
      ]);
    });
  };
}

/** Inner products along the output channels, with nothing packed. */
function runByDots(info: backend_util.Conv2DInfo): Run {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
  const products = batchSize * outHeight * outWidth * outChannels * filterHeight * filterWidth * inChannels;
  const tasks = splitWork(batchSize * inHeight, products, LEAST_PRODUCTS / 2);
  return (host, dy, filter, target) => {
    convolutionModule(host).parallel('convolveDots', tasks, [
      dy,
      outHeight,
      outWidth,
      outChannels,
      filter,
      filterHeight,
      filterWidth,
      info.strideHeight,
      info.strideWidth,
      info.dilationHeight,
      info.dilationWidth,
      info.padInfo.top,
      info.padInfo.left,
      target,
      batchSize,
      inHeight,
      inWidth,
      inChannels,
    ]);
  };
}

/** Input points that have the same remainder by the stride see the same taps, so each such phase is a dense convolution of dy. */
function runByPhases(info: backend_util.Conv2DInfo): Run {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels: depth, filterHeight, filterWidth, padInfo } = info;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const allTaps = filterHeight * filterWidth;
  const panels = Math.ceil(inChannels / 8);
  const phases = [...Array(strideHeight).keys()].flatMap((phaseHeight) =>
    [...Array(strideWidth).keys()].map((phaseWidth) => {
      const gridHeight = Math.ceil((inHeight - phaseHeight) / strideHeight);
      const gridWidth = Math.ceil((inWidth - phaseWidth) / strideWidth);
      const tapsY = strideTaps(filterHeight, strideHeight, dilationHeight, padInfo.top, phaseHeight);
      const tapsX = strideTaps(filterWidth, strideWidth, dilationWidth, padInfo.left, phaseWidth);
      const taps = tapsY.flatMap((y) => tapsX.map((x) => [y.offset, x.offset, y.tap * filterWidth + x.tap] as const));
      const positions = batchSize * gridHeight * gridWidth;
      const items = Math.ceil(positions / POSITIONS);
      const tasks = splitWork(items, positions * Math.max(1, taps.length * depth) * inChannels, LEAST_PRODUCTS);
      return { phaseHeight, phaseWidth, gridHeight, gridWidth, positions, taps, tasks };
    }),
  );
  const scratchBytes = Math.max(...phases.map(({ taps, tasks }) => tasks * 4 * (taps.length + (taps.length + 1) * POSITIONS)));
  return (host, dy, filter, target) => {
    withScratch(host, [allTaps * panels * depth * 32, depth * 4, allTaps * 12, scratchBytes], (packed, zeros, tapTable, scratch) => {
      host.write(zeros, new Float32Array(depth));
      const parts = splitWork(allTaps * panels, allTaps * panels * depth * 8, LEAST_FLOATS);
      host.parallel('packColumns', parts, [filter, 1, depth, inChannels * depth, allTaps, depth, inChannels, packed]);
      for (const { phaseHeight, phaseWidth, gridHeight, gridWidth, positions, taps, tasks } of phases) {
        if (positions <= 0) continue;
        host.write(tapTable, Int32Array.from(taps.flat()));
        host.parallel('convolve', tasks, [
          ...[dy, outHeight, outWidth, depth, 1, 1],
          ...[taps.length, tapTable, packed],
          ...[target, inHeight, inWidth, inChannels, strideHeight, strideWidth, phaseHeight, phaseWidth],
          ...[batchSize, gridHeight, gridWidth, POSITIONS, 0, 0, 0, zeros, scratch],
        ]);
      }
    });
  };
}

const inputGradientPlan = plannedConvolution((info): InputGradientPlan => {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
  const products = batchSize * outHeight * outWidth * outChannels * filterHeight * filterWidth * inChannels;
  if (products * inHeight * inWidth === 0) return { info, run: undefined };
  const isByDots = inChannels < FEW_CHANNELS || products <= FEW_PRODUCTS;
  return { info, run: (isToOne(info) ? runToOne : isByDots ? runByDots : isWinogradFaster(info) ? runByWinograd : runByPhases)(info) };
});

/** `dx[y, x, c] = sum over taps and o of dy[(y + pad - tap * dilation) / stride, ..., o] W[tap, c, o]` where the division is exact. */
function inputGradient(backend: BackendWasm, dy: TensorInfo, filter: TensorInfo, attrs: Conv2DBackpropInputAttrs): TensorInfo {
  const { info, run } = inputGradientPlan(attrs.inputShape, filter.shape, attrs);
  if (run === undefined) return zeroOutput(backend, attrs.inputShape);
  const isWhole = util.arraysEqual(dy.shape, info.outShape);
  const corner = isWhole ? dy : outputCorner(backend, dy, info);
  const host = wasmHost(backend);
  const output = backend.makeOutput(attrs.inputShape, 'float32');
  run(host, host.pointer(corner.dataId), host.pointer(filter.dataId), host.pointer(output.dataId));
  if (!isWhole) backend.disposeData(corner.dataId);
  return output;
}

/** `Conv2DBackpropInput`, on all threads: any stride, padding and dilation, NHWC and NCHW. */
export const conv2DBackpropInput = wasmKernel<'dy' | 'filter', Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ inputs, attrs, backend }) => {
    const isPlain = attrs.dataFormat !== 'NCHW' && inputs.dy.dtype === 'float32' && inputs.filter.dtype === 'float32';
    if (isPlain) return inputGradient(backend, inputs.dy, inputs.filter, attrs);
    const filter = toFloat32(backend, inputs.filter);
    let dy = toFloat32(backend, inputs.dy);
    let output: TensorInfo;
    if (attrs.dataFormat === 'NCHW') {
      const [batch, channels, height, width] = attrs.inputShape as [number, number, number, number];
      const transposed = toNhwc(backend, dy);
      backend.disposeData(dy.dataId);
      dy = transposed;
      const nhwc = { ...attrsOfNhwc(attrs), inputShape: [batch, height, width, channels] };
      output = toNchw(backend, inputGradient(backend, dy, filter, nhwc));
    } else {
      output = inputGradient(backend, dy, filter, attrs);
    }
    backend.disposeData(dy.dataId);
    backend.disposeData(filter.dataId);
    return output;
  },
);
