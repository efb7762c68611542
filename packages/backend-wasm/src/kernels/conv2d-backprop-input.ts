import { Conv2DBackpropInput } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { attrsOfNhwc, type ConvolutionAttrs, convolutionInfo, toNchw, toNhwc } from './convolution-attrs.ts';
import { outputCorner } from './output-corner.ts';
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

/**
 * `dx[y, x, c] = sum over taps and o of dy[(y + pad - tap * dilation) / stride, ..., o] W[tap, c, o]` where the division is exact.
 *
 * Input points that have the same remainder by the stride see the same taps, so each such phase is a dense convolution of dy.
 */
function inputGradient(backend: BackendWasm, fullDy: TensorInfo, filter: TensorInfo, attrs: Conv2DBackpropInputAttrs): TensorInfo {
  const host = wasmHost(backend);
  const info = convolutionInfo(attrs.inputShape, filter.shape, attrs);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels: depth, filterHeight, filterWidth, padInfo } = info;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const allTaps = filterHeight * filterWidth;
  if (batchSize * inHeight * inWidth * inChannels * outHeight * outWidth * depth * allTaps === 0)
    return zeroOutput(backend, attrs.inputShape);
  const dy = outputCorner(backend, fullDy, info);
  const output = backend.makeOutput(attrs.inputShape, 'float32');
  const target = host.pointer(output.dataId);
  if (isWinogradFaster(info)) {
    const { top, left } = padInfo;
    const source = { source: host.pointer(dy.dataId), batch: batchSize, height: outHeight, width: outWidth, channels: depth };
    const problem = { ...source, padTop: 2 - top, padLeft: 2 - left, outHeight: inHeight, outWidth: inWidth, columns: inChannels };
    // The filter turned by half a turn, from output to input channels.
    const plane = inChannels * depth;
    const last = host.pointer(filter.dataId) + 4 * 8 * plane;
    const layout = { pointer: last, lineStride: -3 * plane, tapStride: -plane, depthStride: 1, columnStride: depth };
    winogradConvolution(host, problem, layout, target);
    backend.disposeData(dy.dataId);
    return output;
  }
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
  withScratch(host, [allTaps * panels * depth * 32, depth * 4, allTaps * 12, scratchBytes], (packed, zeros, tapTable, scratch) => {
    host.write(zeros, new Float32Array(depth));
    const parts = splitWork(allTaps * panels, allTaps * panels * depth * 8, LEAST_FLOATS);
    host.parallel('packColumns', parts, [host.pointer(filter.dataId), 1, depth, inChannels * depth, allTaps, depth, inChannels, packed]);
    for (const { phaseHeight, phaseWidth, gridHeight, gridWidth, positions, taps, tasks } of phases) {
      if (positions <= 0) continue;
      host.write(tapTable, Int32Array.from(taps.flat()));
      host.parallel('convolve', tasks, [
        ...[host.pointer(dy.dataId), outHeight, outWidth, depth, 1, 1],
        ...[taps.length, 1, tapTable, packed],
        ...[target, inHeight, inWidth, inChannels, strideHeight, strideWidth, phaseHeight, phaseWidth],
        ...[batchSize, gridHeight, gridWidth, POSITIONS, 0, 0, 0, zeros, scratch],
      ]);
    }
  });
  backend.disposeData(dy.dataId);
  return output;
}

/** `Conv2DBackpropInput`, on all threads: any stride, padding and dilation, NHWC and NCHW. */
export const conv2DBackpropInput = wasmKernel<'dy' | 'filter', Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ inputs, attrs, backend }) => {
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
