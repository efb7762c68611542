import { Conv2DBackpropFilter, util } from '@tensorflow/tfjs-core';
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmHost } from '@kumiko/backend';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { attrsOfNhwc, type ConvolutionAttrs, toNhwc } from './convolution-attrs.ts';
import { convolutionModule } from './convolution-module.ts';
import { planLines } from './lines-plan.ts';
import { outputCorner } from './output-corner.ts';
import { plannedConvolution } from './planned-convolution.ts';
import { LEAST_FLOATS, LEAST_PRODUCTS, splitWork } from './split-work.ts';
import { toFloat32 } from './to-float32.ts';
import { wasmKernel } from './wasm-kernel.ts';
import { isWinogradFaster, winogradFilterGradient } from './winograd.ts';
import { withScratch } from './with-scratch.ts';
import { zeroOutput } from './zero-output.ts';

interface Conv2DBackpropFilterAttrs extends ConvolutionAttrs {
  readonly filterShape: number[];
}

/** Rows of a tile at most, and output points packed at once (the same number as in gemm.as.ts). */
const TILE_ROWS = 72;
const BLOCK = 320;

/** Columns up to which dy is multiplied where it lies: the rows of wider ones lie too far apart for the cache. */
const MOST_DIRECT_COLUMNS = 64;

/** Tasks that are aimed at where there is work for them. */
const WANTED_TASKS = 32;

/** Floats from one pixel that is seen to the next up to which the image is read where it lies, whatever the filter. */
const FEW_CHANNELS = 16;

/** Elements of a filter whose sums stay in the nearest caches while band after band is added to them. */
const SMALL_FILTER = 2 ** 14;

/** Fills the target from pointers to the image and dy. */
type Run = (host: WasmHost, x: number, dy: number, target: number) => void;

interface FilterGradientPlan {
  readonly info: backend_util.Conv2DInfo;
  /** Absent where there is nothing to add up. */
  readonly run: Run | undefined;
}

function runByWinograd(info: backend_util.Conv2DInfo): Run {
  const { batchSize: batch, inHeight: height, inWidth: width, inChannels: channels, outHeight, outWidth, outChannels: columns } = info;
  const { top: padTop, left: padLeft } = info.padInfo;
  const problem = { batch, height, width, channels, padTop, padLeft, outHeight, outWidth, columns };
  return (host, source, dy, target) => winogradFilterGradient(host, { ...problem, source }, dy, target);
}

/** Adds the sums that `splits` parts of the points made, in order, so that the result does not depend on who made which. */
function addSplits(host: WasmHost, partials: number, splits: number, size: number, target: number): void {
  host.parallel('sumPartials', splitWork(size, size * splits, LEAST_FLOATS), [partials, splits, size, target]);
}

/** Every element of the filter reads its values where they lie in the padded image. */
function runByLines(info: backend_util.Conv2DInfo): Run {
  const { batchSize, inChannels, outHeight, outWidth, outChannels: columns, filterHeight, filterWidth } = info;
  const rows = filterHeight * filterWidth * inChannels;
  const size = rows * columns;
  const { rowCount, lineBytes } = planLines(info, BLOCK);
  const splits = splitWork(Math.min(WANTED_TASKS, batchSize * outHeight), size * batchSize * outHeight * outWidth, LEAST_PRODUCTS / 2);
  const packs = columns <= MOST_DIRECT_COLUMNS ? columns - (columns % 8) : 0;
  const panels = Math.ceil((columns - packs) / 8);
  const taskBytes = 4 * (rowCount + rows + 3) + lineBytes + 32 * panels * rowCount * outWidth;
  return (host, x, dy, target) => {
    withScratch(host, [splits > 1 ? splits * size * 4 : 0, splits * taskBytes], (partials, scratch) => {
      convolutionModule(host).parallel('convolveFilterLines', splits, [
        x,
        info.inHeight,
        info.inWidth,
        inChannels,
        dy,
        filterHeight,
        filterWidth,
        info.strideHeight,
        info.strideWidth,
        info.dilationHeight,
        info.dilationWidth,
        info.padInfo.top,
        info.padInfo.left,
        splits > 1 ? partials : target,
        batchSize,
        outHeight,
        outWidth,
        columns,
        rowCount,
        packs,
        scratch,
        taskBytes,
      ]);
      if (splits > 1) addSplits(host, partials, splits, size, target);
    });
  };
}

/** The product of the patches' transpose and dy, with patches packed block by block and never stored whole. */
function runByBlocks(info: backend_util.Conv2DInfo): Run {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels: columns, filterHeight, filterWidth, padInfo } = info;
  const rows = filterHeight * filterWidth * inChannels;
  const points = batchSize * outHeight * outWidth;
  const tiles = Math.ceil(rows / TILE_ROWS);
  const tileRows = tiles === 1 ? rows : Math.ceil(rows / tiles / 12) * 12;
  const rowTiles = Math.ceil(rows / tileRows);
  const splits = splitWork(Math.max(1, Math.floor(WANTED_TASKS / rowTiles)), rows * columns * points, rowTiles * LEAST_PRODUCTS);
  const size = rows * columns;
  const panels = Math.ceil(columns / 8);
  const direct = columns % 8 === 0 && columns <= MOST_DIRECT_COLUMNS;
  const sizes = [
    direct ? 0 : panels * points * 32,
    splits > 1 ? splits * size * 4 : 0,
    splits * rowTiles * BLOCK * (tileRows + 3) * 4,
  ] as const;
  return (host, x, dy, target) => {
    withScratch(host, sizes, (packed, partials, scratch) => {
      const parts = splitWork(panels, panels * points * 8, LEAST_FLOATS);
      if (!direct) host.parallel('packColumns', parts, [dy, columns, 1, 0, 1, points, columns, packed]);
      host.parallel('convolveFilter', splits * rowTiles, [
        ...[x, inHeight, inWidth, inChannels],
        ...[direct ? dy : packed, direct ? 1 : 0, batchSize, outHeight, outWidth, columns],
        ...[filterHeight, filterWidth, info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth],
        ...[padInfo.top, padInfo.left, splits > 1 ? partials : target, splits, tileRows, scratch],
      ]);
      if (splits > 1) addSplits(host, partials, splits, size, target);
    });
  };
}

const filterGradientPlan = plannedConvolution((info): FilterGradientPlan => {
  const { batchSize, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideWidth } = info;
  const size = filterHeight * filterWidth * inChannels * outChannels;
  if (size * batchSize * outHeight * outWidth === 0) return { info, run: undefined };
  const isByLines = inChannels * strideWidth <= FEW_CHANNELS || size <= SMALL_FILTER;
  return { info, run: (isWinogradFaster(info) ? runByWinograd : isByLines ? runByLines : runByBlocks)(info) };
});

/** `dW[ty, tx, c, o] = sum over images and output points (y, x) of x[y * stride + ty * dilation - pad, ..., c] dy[y, x, o]`. */
function filterGradient(backend: BackendWasm, x: TensorInfo, dy: TensorInfo, attrs: Conv2DBackpropFilterAttrs): TensorInfo {
  const { info, run } = filterGradientPlan(x.shape, attrs.filterShape, attrs);
  if (run === undefined) return zeroOutput(backend, attrs.filterShape);
  const isWhole = util.arraysEqual(dy.shape, info.outShape);
  const corner = isWhole ? dy : outputCorner(backend, dy, info);
  const host = wasmHost(backend);
  const output = backend.makeOutput(attrs.filterShape, 'float32');
  run(host, host.pointer(x.dataId), host.pointer(corner.dataId), host.pointer(output.dataId));
  if (!isWhole) backend.disposeData(corner.dataId);
  return output;
}

/** `Conv2DBackpropFilter`, which stock lacks: any stride, padding and dilation, NHWC and NCHW. */
export const conv2DBackpropFilter = wasmKernel<'x' | 'dy', Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  ({ inputs, attrs, backend }) => {
    const isNchw = attrs.dataFormat === 'NCHW';
    const depth = inputs.x.shape[isNchw ? 1 : 3];
    util.assert(
      depth === attrs.filterShape[2],
      () => `Error in conv2dDerFilter: depth of input ${depth} must match input depth in filter (${attrs.filterShape[2]}.`,
    );
    if (!isNchw && inputs.x.dtype === 'float32' && inputs.dy.dtype === 'float32')
      return filterGradient(backend, inputs.x, inputs.dy, attrs);
    const [x, dy] = [inputs.x, inputs.dy].map((tensor) => {
      const floats = toFloat32(backend, tensor);
      if (!isNchw) return floats;
      const transposed = toNhwc(backend, floats);
      backend.disposeData(floats.dataId);
      return transposed;
    }) as [TensorInfo, TensorInfo];
    const output = filterGradient(backend, x, dy, isNchw ? attrsOfNhwc(attrs) : attrs);
    backend.disposeData(x.dataId);
    backend.disposeData(dy.dataId);
    return output;
  },
);
