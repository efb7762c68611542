import {
  Add,
  backend_util,
  Conv2D,
  DepthwiseConv2dNative,
  Elu,
  FusedConv2D,
  FusedDepthwiseConv2D,
  LeakyRelu,
  Prelu,
  Relu,
  Relu6,
  Sigmoid,
} from '@tensorflow/tfjs-core';
import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { repeatsOverTail } from './repeats-over-tail.ts';
import { runKernel } from './run-kernel.ts';
import { repairedKernel } from './stock-kernel.ts';

/** The kernel that applies an activation, by the name that fused ops give it. */
const activationKernels: Readonly<Record<string, string>> = {
  relu: Relu,
  relu6: Relu6,
  elu: Elu,
  prelu: Prelu,
  leakyrelu: LeakyRelu,
  sigmoid: Sigmoid,
};

/** Activations that the stock fused kernels apply themselves. */
const stockActivations: ReadonlySet<string> = new Set(['linear', 'relu', 'relu6', 'prelu', 'leakyrelu', 'sigmoid', 'elu']);

type FusedInput = 'x' | 'filter' | 'bias' | 'preluActivationWeights';

interface FusedAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations: number | [number, number];
  readonly dimRoundingMode: 'floor' | 'round' | 'ceil';
  readonly activation: string;
  readonly leakyreluAlpha: number;
}

/** A vector along the channels of an NCHW tensor, shaped to broadcast against it. */
function alignChannels(tensor: TensorInfo, dataFormat: FusedAttrs['dataFormat']): TensorInfo {
  const isVector = tensor.shape.length === 1 && tensor.shape[0] !== 1;
  return dataFormat === 'NCHW' && isVector ? { ...tensor, shape: [tensor.shape[0]!, 1, 1] } : tensor;
}

/** Convolution, bias and activation one after the other. */
function runInSteps(
  convolution: string,
  inputs: Readonly<Record<FusedInput, TensorInfo>>,
  attrs: FusedAttrs,
  backend: BackendWasm,
): TensorInfo {
  const { x, filter, bias, preluActivationWeights } = inputs;
  const { strides, pad, dataFormat, dilations, dimRoundingMode, activation, leakyreluAlpha } = attrs;
  let output = runKernel(convolution, backend, { x, filter }, { strides, pad, dataFormat, dilations, dimRoundingMode } as NamedAttrMap);
  const replace = (next: TensorInfo) => {
    backend.disposeData(output.dataId);
    output = next;
  };
  if (bias) replace(runKernel(Add, backend, { a: output, b: alignChannels(bias, dataFormat) }));
  const kernelName = activationKernels[activation];
  if (activation === 'prelu') replace(runKernel(Prelu, backend, { x: output, alpha: alignChannels(preluActivationWeights, dataFormat) }));
  else if (kernelName) replace(runKernel(kernelName, backend, { x: output }, { alpha: leakyreluAlpha }));
  return output;
}

function repairedFusedConvolution(kernelName: string, convolution: string): KernelConfig {
  const depthwise = convolution === DepthwiseConv2dNative;
  return repairedKernel<FusedInput, FusedAttrs>(kernelName, (call, run) => {
    const { inputs, attrs, backend } = call;
    const { x, filter, bias, preluActivationWeights } = inputs;
    if (attrs.dataFormat !== 'NHWC' || !stockActivations.has(attrs.activation)) return runInSteps(convolution, inputs, attrs, backend);
    const { strides, dilations, pad, dimRoundingMode } = attrs;
    const shape4D = x.shape as [number, number, number, number];
    const info = backend_util.computeConv2DInfo(
      shape4D,
      filter.shape as typeof shape4D,
      strides,
      dilations,
      pad,
      dimRoundingMode,
      depthwise,
    );
    // Stock looks at the shape under which the bias was first stored, not at the shape it is passed with.
    const stored = bias && backend.dataIdMap.get(bias.dataId).shape;
    const plainBias = !bias || (bias.shape.length === 1 && stored!.length === 1 && bias.shape[0] === info.outChannels);
    const plainPrelu = !preluActivationWeights || repeatsOverTail(preluActivationWeights.shape, info.outShape);
    return plainBias && plainPrelu ? run(call) : runInSteps(convolution, inputs, attrs, backend);
  });
}

/** `FusedConv2D`. Stock refuses NCHW and every bias but a vector, and misreads prelu weights that broadcast over a middle axis. */
export const fusedConv2D = repairedFusedConvolution(FusedConv2D, Conv2D);

/** `FusedDepthwiseConv2D`. Stock refuses every bias but a vector, and misreads prelu weights that broadcast over a middle axis. */
export const fusedDepthwiseConv2D = repairedFusedConvolution(FusedDepthwiseConv2D, DepthwiseConv2dNative);
