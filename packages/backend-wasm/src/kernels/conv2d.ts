import { Conv2D, DepthwiseConv2dNative, Transpose } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { forwardConvolution, forwardPlan } from './forward-convolution.ts';
import { runKernel } from './run-kernel.ts';
import { repairedKernel } from './stock-kernel.ts';
import { stockPadding } from './stock-padding.ts';
import type { ConvolutionShape } from './stock-padding.ts';
import type { KernelBody, KernelCall } from './wasm-kernel.ts';

interface ConvolutionAttrs extends ConvolutionShape {
  readonly dataFormat: 'NHWC' | 'NCHW';
}

type ConvolutionCall = KernelCall<'x' | 'filter', ConvolutionAttrs>;

/** Our own body where it is faster; the stock body where it is right, with the padding that it needs; the cpu kernel elsewhere. */
function convolve(
  kernelName: string,
  { inputs, attrs, backend }: ConvolutionCall,
  run: KernelBody<'x' | 'filter', ConvolutionAttrs>,
): TensorInfo {
  const isFloat = inputs.x.dtype === 'float32' && inputs.filter.dtype === 'float32';
  const plan = isFloat && kernelName === Conv2D ? forwardPlan(inputs.x.shape, inputs.filter.shape, attrs) : undefined;
  if (plan?.run && plan.isFaster) return forwardConvolution(backend, inputs.x, inputs.filter, plan);
  const pad = isFloat ? stockPadding(inputs.x.shape, inputs.filter.shape, attrs, kernelName === DepthwiseConv2dNative) : undefined;
  if (plan?.run && pad === undefined) return forwardConvolution(backend, inputs.x, inputs.filter, plan);
  const output =
    pad === undefined
      ? runOnCpu(kernelName, { inputs, attrs: { ...attrs } as never, backend })
      : run({ inputs, attrs: { ...attrs, pad }, backend });
  return output as TensorInfo;
}

/** Explicit padding in the order of NHWC's axes. */
function padNhwc(pad: ConvolutionAttrs['pad']): ConvolutionAttrs['pad'] {
  return Array.isArray(pad) ? [pad[0]!, pad[2]!, pad[3]!, pad[1]!] : pad;
}

/**
 * `Conv2D`, on all threads where that is faster. Stock refuses NCHW, which is transposed here before and after, reads integers as floats, and writes less or more than the output
 * where its size is not rounded down.
 */
export const conv2D = repairedKernel<'x' | 'filter', ConvolutionAttrs>(Conv2D, (call, run) => {
  const { inputs, attrs, backend } = call;
  if (attrs.dataFormat !== 'NCHW') return convolve(Conv2D, call, run);
  const x = runKernel(Transpose, backend, { x: inputs.x }, { perm: [0, 2, 3, 1] });
  const nhwc: ConvolutionAttrs = { ...attrs, pad: padNhwc(attrs.pad), dataFormat: 'NHWC' };
  const output = convolve(Conv2D, { inputs: { x, filter: inputs.filter }, attrs: nhwc, backend }, run);
  const transposed = runKernel(Transpose, backend, { x: output }, { perm: [0, 3, 1, 2] });
  backend.disposeData(x.dataId);
  backend.disposeData(output.dataId);
  return transposed;
});

/** `DepthwiseConv2dNative`. Stock reads integers as floats, and writes less or more than the output where its size is not rounded down. */
export const depthwiseConv2dNative = repairedKernel<'x' | 'filter', ConvolutionAttrs>(
  DepthwiseConv2dNative,
  ({ inputs, attrs, backend }, run) =>
    convolve(DepthwiseConv2dNative, { inputs, attrs: { ...attrs, dilations: attrs.dilations ?? [1, 1] }, backend }, run),
);
