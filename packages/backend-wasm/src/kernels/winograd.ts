import type { backend_util } from '@tensorflow/tfjs-core';
import type { WasmHost } from '@kumiko/backend';
import { base64 as relaxed } from '../generated/winograd-relaxed.ts';
import { base64 as simd } from '../generated/winograd-simd.ts';
import { kernelModule } from './kernel-module.ts';
import { LEAST_FLOATS, LEAST_PRODUCTS, splitWork } from './split-work.ts';
import { withScratch } from './with-scratch.ts';

const simdModule = kernelModule('kumiko-winograd', simd);
const relaxedModule = kernelModule('kumiko-winograd', relaxed);
const moduleOn = (host: WasmHost): ReturnType<typeof simdModule> => (host.relaxedSimd ? relaxedModule : simdModule)(host);

/** Bytes of transformed tiles that a thread works on at once, so that they stay in the second-level cache. */
const TRANSFORMED = 2 ** 18;

/** Tiles that are transformed at once: a multiple of 12 that fits the cache, at least 12. */
function tilesAtOnce(channels: number, columns: number): number {
  return Math.min(48, Math.max(12, Math.floor(TRANSFORMED / (64 * (channels + columns)) / 12) * 12));
}

/** A convolution with a 3x3 filter and stride 1 over NHWC data on the heap. */
export interface WinogradProblem {
  /** `[batch, height, width, channels]`; bytes. */
  readonly source: number;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly columns: number;
}

/** Where the filter of {@link winogradConvolution} lies: strides in elements, from one tap, input channel and output channel to the next. */
export interface WinogradFilter {
  readonly pointer: number;
  readonly lineStride: number;
  readonly tapStride: number;
  readonly depthStride: number;
  readonly columnStride: number;
}

/** Channels from which the transforms are repaid by the multiplications that they save, on either side. */
const LEAST_CHANNELS = 16;

/** Tiles from which the transform of the filter is repaid. */
const LEAST_TILES = 64;

const tilesOf = (batch: number, height: number, width: number): number => batch * Math.ceil(height / 2) * Math.ceil(width / 2);

/** Whether Winograd's algorithm computes a convolution, and its gradients, and in fewer operations than the plain sum. */
export function isWinogradFaster(info: backend_util.Conv2DInfo): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, inChannels, outChannels } = info;
  const plain = strideHeight * strideWidth * dilationHeight * dilationWidth === 1 && filterHeight === 3 && filterWidth === 3;
  const whole = inChannels % 8 === 0 && outChannels % 8 === 0;
  const tiles = tilesOf(info.batchSize, info.outHeight, info.outWidth);
  return plain && whole && Math.min(inChannels, outChannels) >= LEAST_CHANNELS && tiles >= LEAST_TILES;
}

/**
 * `target = activation(bias + convolution)` by Winograd's F(2x2, 3x3), on all threads. In float32 its rounding errors are about twice those of the
 * plain sum.
 *
 * @param epilogue pointer to the bias (0: none), number of the activation, its alpha
 * @see Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016
 */
export function winogradConvolution(
  host: WasmHost,
  { source, batch, height, width, channels, padTop, padLeft, outHeight, outWidth, columns }: WinogradProblem,
  { pointer, lineStride, tapStride, depthStride, columnStride }: WinogradFilter,
  target: number,
  epilogue: readonly [bias: number, activation: number, alpha: number] = [0, 0, 0],
): void {
  const module = moduleOn(host);
  const panels = Math.ceil(columns / 8);
  const tiles = tilesOf(batch, outHeight, outWidth);
  const tileCount = tilesAtOnce(channels, columns);
  const tasks = splitWork(Math.ceil(tiles / tileCount), tiles * 16 * channels * columns, LEAST_PRODUCTS / 2);
  const taskBytes = 68 + 4 * channels + 8 * tileCount + 64 * tileCount * (channels + columns);
  withScratch(host, [16 * panels * channels * 32, tasks * taskBytes], (u, scratch) => {
    const parts = splitWork(panels, 16 * panels * channels * 8, LEAST_FLOATS);
    module.parallel('winogradFilter', parts, [pointer, lineStride, tapStride, depthStride, columnStride, channels, columns, u]);
    module.parallel('winograd', tasks, [
      ...[source, height, width, channels, padTop, padLeft, u],
      ...[target, batch, outHeight, outWidth, columns, tileCount, ...epilogue, scratch],
    ]);
  });
}

/** Products of the transformed input and gradient that a block of channels makes at most: its sums then stay in the second-level cache. */
const BLOCK_PRODUCTS = 4096;

/** Tasks that are aimed at where there is work for them. */
const WANTED_TASKS = 24;

/**
 * `dW[ty, tx, c, o] = sum over output points of x[point + tap - pad][c] dy[point][o]` in Winograd's domain, on all threads: `target` is
 * `[3, 3, channels, columns]`.
 *
 * @param dy pointer to `[batch, outHeight, outWidth, columns]`
 */
export function winogradFilterGradient(
  host: WasmHost,
  { source, batch, height, width, channels, padTop, padLeft, outHeight, outWidth, columns }: WinogradProblem,
  dy: number,
  target: number,
): void {
  const module = moduleOn(host);
  const tiles = tilesOf(batch, outHeight, outWidth);
  const channelCount = Math.min(channels, Math.max(4, Math.floor(BLOCK_PRODUCTS / columns / 4) * 4));
  const blocks = Math.ceil(channels / channelCount);
  const tileCount = tilesAtOnce(channelCount, columns);
  const wanted = Math.max(1, Math.min(Math.floor(WANTED_TASKS / blocks), Math.floor(tiles / tileCount)));
  const splits = splitWork(wanted, tiles * 16 * channels * columns, blocks * LEAST_PRODUCTS);
  const size = 16 * channels * columns;
  const taskBytes = 64 + 4 * (channels + columns + channelCount) + 64 * tileCount * (channelCount + 2 + columns);
  withScratch(host, [4 * splits * size, splits > 1 ? 4 * size : 0, splits * blocks * taskBytes], (partials, sum, scratch) => {
    module.parallel('winogradPartials', splits * blocks, [
      ...[source, height, width, channels, padTop, padLeft, dy, batch, outHeight, outWidth, columns],
      ...[partials, splits, channelCount, tileCount, scratch],
    ]);
    if (splits > 1) host.parallel('sumPartials', splitWork(size, size * splits, LEAST_FLOATS), [partials, splits, size, sum]);
    const parts = splitWork(channels, size, LEAST_FLOATS);
    module.parallel('winogradFilterGradient', parts, [splits > 1 ? sum : partials, channels, columns, target]);
  });
}
