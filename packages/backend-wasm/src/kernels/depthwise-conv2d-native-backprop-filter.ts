import { DepthwiseConv2dNativeBackpropFilter } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { type ConvolutionAttrs, convolutionInfo } from './convolution-attrs.ts';
import { depthwiseModule } from './depthwise-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { toFloat32 } from './to-float32.ts';
import { wasmKernel } from './wasm-kernel.ts';
import { withScratch } from './with-scratch.ts';
import { zeroOutput } from './zero-output.ts';

interface DepthwiseBackpropFilterAttrs extends ConvolutionAttrs {
  readonly filterShape: number[];
}

/** Channels of a block: 64 bytes, so that no two threads write to one cache line often. */
const CHANNELS = 16;

/** Tasks that are aimed at where there is work for them. */
const WANTED_TASKS = 32;

/** `DepthwiseConv2dNativeBackpropFilter`, which stock lacks: any stride, padding, dilation and channel multiplier. */
export const depthwiseConv2dNativeBackpropFilter = wasmKernel<'x' | 'dy', DepthwiseBackpropFilterAttrs>(
  DepthwiseConv2dNativeBackpropFilter,
  ({ inputs, attrs, backend }) => {
    const host = wasmHost(backend);
    const info = convolutionInfo(inputs.x.shape, attrs.filterShape, attrs, true);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, padInfo } = info;
    const size = filterHeight * filterWidth * outChannels;
    const rows = batchSize * outHeight;
    if (size * rows * outWidth === 0) return zeroOutput(backend, attrs.filterShape);
    const x = toFloat32(backend, inputs.x);
    const dy = toFloat32(backend, inputs.dy);
    const output = backend.makeOutput(attrs.filterShape, 'float32');
    const target = host.pointer(output.dataId);
    const blocks = Math.ceil(outChannels / CHANNELS);
    const splits = splitWork(Math.min(rows, Math.max(1, Math.floor(WANTED_TASKS / blocks))), size * rows * outWidth, blocks * LEAST_FLOATS);
    withScratch(host, [splits > 1 ? splits * size * 4 : 0], (partials) => {
      depthwiseModule(host).parallel('depthwiseFilter', splits * blocks, [
        ...[host.pointer(x.dataId), inHeight, inWidth, host.pointer(dy.dataId), batchSize, outHeight, outWidth],
        ...[outChannels, outChannels / inChannels, filterHeight, filterWidth, info.strideHeight, info.strideWidth],
        ...[info.dilationHeight, info.dilationWidth, padInfo.top, padInfo.left, splits > 1 ? partials : target, splits, CHANNELS],
      ]);
      if (splits > 1) host.parallel('sumPartials', splitWork(size, size * splits, LEAST_FLOATS), [partials, splits, size, target]);
    });
    backend.disposeData(x.dataId);
    backend.disposeData(dy.dataId);
    return output;
  },
);
