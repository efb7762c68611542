import { DepthwiseConv2dNativeBackpropInput } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { type ConvolutionAttrs, convolutionInfo } from './convolution-attrs.ts';
import { depthwiseModule } from './depthwise-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { toFloat32 } from './to-float32.ts';
import { wasmKernel } from './wasm-kernel.ts';
import { zeroOutput } from './zero-output.ts';

interface DepthwiseBackpropInputAttrs extends ConvolutionAttrs {
  readonly inputShape: number[];
}

/** `DepthwiseConv2dNativeBackpropInput`, which stock lacks: any stride, padding, dilation and channel multiplier. */
export const depthwiseConv2dNativeBackpropInput = wasmKernel<'dy' | 'filter', DepthwiseBackpropInputAttrs>(
  DepthwiseConv2dNativeBackpropInput,
  ({ inputs, attrs, backend }) => {
    const host = wasmHost(backend);
    const info = convolutionInfo(attrs.inputShape, inputs.filter.shape, attrs, true);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, padInfo } = info;
    const products = batchSize * outHeight * outWidth * outChannels * filterHeight * filterWidth;
    if (products === 0) return zeroOutput(backend, attrs.inputShape);
    const dy = toFloat32(backend, inputs.dy);
    const filter = toFloat32(backend, inputs.filter);
    const output = backend.makeOutput(attrs.inputShape, 'float32');
    depthwiseModule(host).parallel('depthwiseInput', splitWork(batchSize * inHeight, products, LEAST_FLOATS), [
      ...[host.pointer(dy.dataId), outHeight, outWidth, host.pointer(filter.dataId), filterHeight, filterWidth],
      ...[inChannels, outChannels / inChannels, info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth],
      ...[padInfo.top, padInfo.left, host.pointer(output.dataId), batchSize, inHeight, inWidth],
    ]);
    backend.disposeData(dy.dataId);
    backend.disposeData(filter.dataId);
    return output;
  },
);
