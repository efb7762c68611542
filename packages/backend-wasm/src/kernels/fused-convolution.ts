import { Add, backend_util, Conv2D, DepthwiseConv2dNative, FusedConv2D, FusedDepthwiseConv2D } from '@tensorflow/tfjs-core';
import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { applyActivation } from './apply-activation.ts';
import { forwardConvolution, forwardPlan } from './forward-convolution.ts';
import { isInGemm } from './gemm.ts';
import { isFloat32 } from './is-float32.ts';
import { repeatsOverTail } from './repeats-over-tail.ts';
import { runKernel } from './run-kernel.ts';
import { repairedKernel } from './stock-kernel.ts';
import { stockPadding } from './stock-padding.ts';
import type { ConvolutionShape } from './stock-padding.ts';

type FusedInput = 'x' | 'filter' | 'bias' | 'preluActivationWeights';

type FusedInputs = Readonly<Record<FusedInput, TensorInfo>>;

interface FusedAttrs extends ConvolutionShape {
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly activation: string;
  readonly leakyreluAlpha: number;
}

/** A vector along the channels of an NCHW tensor, shaped to broadcast against it. */
function alignChannels(tensor: TensorInfo, dataFormat: FusedAttrs['dataFormat']): TensorInfo {
  const isVector = tensor.shape.length === 1 && tensor.shape[0] !== 1;
  return dataFormat === 'NCHW' && isVector ? { ...tensor, shape: [tensor.shape[0]!, 1, 1] } : tensor;
}

/** Convolution, bias and activation one after the other. */
function runInSteps(convolution: string, inputs: FusedInputs, attrs: FusedAttrs, backend: BackendWasm): TensorInfo {
  const { x, filter, bias, preluActivationWeights } = inputs;
  const { strides, pad, dataFormat, dilations, dimRoundingMode, activation, leakyreluAlpha } = attrs;
  let output = runKernel(convolution, backend, { x, filter }, { strides, pad, dataFormat, dilations, dimRoundingMode } as NamedAttrMap);
  if (bias) {
    const sum = runKernel(Add, backend, { a: output, b: alignChannels(bias, dataFormat) });
    backend.disposeData(output.dataId);
    output = sum;
  }
  const weights = preluActivationWeights && alignChannels(preluActivationWeights, dataFormat);
  return applyActivation(backend, output, activation, { weights, slope: leakyreluAlpha });
}

/** The attributes with which the stock kernel is right, or `undefined` where it is not. */
function stockAttrs(inputs: FusedInputs, attrs: FusedAttrs, depthwise: boolean, backend: BackendWasm): FusedAttrs | undefined {
  const { x, filter, bias, preluActivationWeights } = inputs;
  if (attrs.dataFormat !== 'NHWC' || !Object.values(inputs).every(isFloat32)) return undefined;
  const { strides, dilations, dimRoundingMode } = attrs;
  const [image, window] = [x.shape, filter.shape] as [number, number, number, number][];
  const { outShape } = backend_util.computeConv2DInfo(image!, window!, strides, dilations, attrs.pad, dimRoundingMode, depthwise);
  // Stock looks at the shape under which the bias was first stored, not at the shape it is passed with.
  const stored = bias && backend.dataIdMap.get(bias.dataId).shape;
  if (bias && !(bias.shape.length === 1 && stored!.length === 1 && bias.shape[0] === outShape[3])) return undefined;
  if (preluActivationWeights && !repeatsOverTail(preluActivationWeights.shape, outShape)) return undefined;
  const pad = stockPadding(x.shape, filter.shape, attrs, depthwise);
  return pad === undefined ? undefined : { ...attrs, pad };
}

/** `FusedConv2D` by our own kernel where it is faster. */
function runForward(inputs: FusedInputs, attrs: FusedAttrs, backend: BackendWasm): TensorInfo | undefined {
  const { x, filter, bias, preluActivationWeights: weights } = inputs as Partial<FusedInputs> & Pick<FusedInputs, 'x' | 'filter'>;
  if (attrs.dataFormat !== 'NHWC' || !isFloat32(x) || !isFloat32(filter) || !isFloat32(bias) || !isFloat32(weights)) return undefined;
  const plan = forwardPlan(x.shape, filter.shape, attrs);
  const isVector = !bias || (bias.shape.length === 1 && bias.shape[0] === filter.shape[3]);
  if (!isVector || !plan.run || !plan.isFaster) return undefined;
  const { activation, leakyreluAlpha } = attrs;
  if (isInGemm(activation)) return forwardConvolution(backend, x, filter, plan, { bias, activation, alpha: leakyreluAlpha });
  const output = forwardConvolution(backend, x, filter, plan, { bias });
  return applyActivation(backend, output, activation, { weights, slope: leakyreluAlpha });
}

function repairedFusedConvolution(kernelName: string, convolution: string): KernelConfig {
  return repairedKernel<FusedInput, FusedAttrs>(kernelName, ({ inputs, attrs, backend }, run) => {
    const output = convolution === Conv2D ? runForward(inputs, attrs, backend) : undefined;
    if (output) return output;
    const plain = stockAttrs(inputs, attrs, convolution === DepthwiseConv2dNative, backend);
    return plain ? run({ inputs, attrs: plain, backend }) : runInSteps(convolution, inputs, attrs, backend);
  });
}

/** `FusedConv2D`, on all threads where that is faster. Stock refuses NCHW and every bias but a vector, misreads prelu weights over a middle axis, and shares Conv2D's faults. */
export const fusedConv2D = repairedFusedConvolution(FusedConv2D, Conv2D);

/** `FusedDepthwiseConv2D`. Stock refuses every bias but a vector, misreads prelu weights over a middle axis, and shares Conv2D's faults. */
export const fusedDepthwiseConv2D = repairedFusedConvolution(FusedDepthwiseConv2D, DepthwiseConv2dNative);
