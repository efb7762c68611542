import { Conv2DBackpropFilter, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { attrsOfNhwc, type ConvolutionAttrs, convolutionInfo, toNhwc } from './convolution-attrs.ts';
import { outputCorner } from './output-corner.ts';
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

/**
 * `dW[ty, tx, c, o] = sum over images and output points (y, x) of x[y * stride + ty * dilation - pad, ..., c] dy[y, x, o]`: the product of the
 * patches' transpose and dy, with patches packed block by block and never stored whole.
 */
function filterGradient(backend: BackendWasm, x: TensorInfo, fullDy: TensorInfo, attrs: Conv2DBackpropFilterAttrs): TensorInfo {
  const host = wasmHost(backend);
  const info = convolutionInfo(x.shape, attrs.filterShape, attrs);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels: columns, filterHeight, filterWidth, padInfo } = info;
  const rows = filterHeight * filterWidth * inChannels;
  const points = batchSize * outHeight * outWidth;
  if (rows * columns * points === 0) return zeroOutput(backend, attrs.filterShape);
  const dy = outputCorner(backend, fullDy, info);
  const output = backend.makeOutput(attrs.filterShape, 'float32');
  const target = host.pointer(output.dataId);
  if (isWinogradFaster(info)) {
    const { top: padTop, left: padLeft } = padInfo;
    const source = { source: host.pointer(x.dataId), batch: batchSize, height: inHeight, width: inWidth, channels: inChannels };
    winogradFilterGradient(host, { ...source, padTop, padLeft, outHeight, outWidth, columns }, host.pointer(dy.dataId), target);
    backend.disposeData(dy.dataId);
    return output;
  }
  const tiles = Math.ceil(rows / TILE_ROWS);
  const tileRows = tiles === 1 ? rows : Math.ceil(rows / tiles / 12) * 12;
  const rowTiles = Math.ceil(rows / tileRows);
  // Each split keeps a partial sum; they are added in order at the end, so the result does not depend on who computed which.
  const splits = splitWork(Math.max(1, Math.floor(WANTED_TASKS / rowTiles)), rows * columns * points, rowTiles * LEAST_PRODUCTS);
  const size = rows * columns;
  const panels = Math.ceil(columns / 8);
  const direct = columns % 8 === 0 && columns <= MOST_DIRECT_COLUMNS;
  const sizes = [
    direct ? 0 : panels * points * 32,
    splits > 1 ? splits * size * 4 : 0,
    splits * rowTiles * BLOCK * (tileRows + 3) * 4,
  ] as const;
  withScratch(host, sizes, (packed, partials, scratch) => {
    const dyPointer = host.pointer(dy.dataId);
    const parts = splitWork(panels, panels * points * 8, LEAST_FLOATS);
    if (!direct) host.parallel('packColumns', parts, [dyPointer, columns, 1, 0, 1, points, columns, packed]);
    host.parallel('convolveFilter', splits * rowTiles, [
      ...[host.pointer(x.dataId), inHeight, inWidth, inChannels],
      ...[direct ? dyPointer : packed, direct ? 1 : 0, batchSize, outHeight, outWidth, columns],
      ...[
        filterHeight,
        filterWidth,
        info.strideHeight,
        info.strideWidth,
        info.dilationHeight,
        info.dilationWidth,
        padInfo.top,
        padInfo.left,
      ],
      ...[splits > 1 ? partials : target, splits, tileRows, scratch],
    ]);
    if (splits > 1) host.parallel('sumPartials', splitWork(size, size * splits, LEAST_FLOATS), [partials, splits, size, target]);
  });
  backend.disposeData(dy.dataId);
  return output;
}

/** `Conv2DBackpropFilter`, which stock lacks: any stride, padding and dilation, NHWC and NCHW. */
export const conv2DBackpropFilter = wasmKernel<'x' | 'dy', Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  ({ inputs, attrs, backend }) => {
    const isNchw = attrs.dataFormat === 'NCHW';
    const [x, dy] = [inputs.x, inputs.dy].map((tensor) => {
      const floats = toFloat32(backend, tensor);
      if (!isNchw) return floats;
      const transposed = toNhwc(backend, floats);
      backend.disposeData(floats.dataId);
      return transposed;
    }) as [TensorInfo, TensorInfo];
    util.assert(
      x.shape[3] === attrs.filterShape[2],
      () => `Error in conv2dDerFilter: depth of input ${x.shape[3]} must match input depth in filter (${attrs.filterShape[2]}.`,
    );
    const output = filterGradient(backend, x, dy, isNchw ? attrsOfNhwc(attrs) : attrs);
    backend.disposeData(x.dataId);
    backend.disposeData(dy.dataId);
    return output;
  },
);
