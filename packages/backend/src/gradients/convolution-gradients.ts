import { transpose, type Tensor } from '@tensorflow/tfjs-core';
import {
  conv2DFamily,
  conv3DFamily,
  cutIntoPhases,
  depthwiseFamily,
  perAxis,
  type ConvolutionAttributes,
  type ConvolutionFamily,
} from './convolution-family.ts';
import { defineGradient, type GradientEntry, type InputGradients } from './gradient-entry.ts';
import { runKernel } from './run-kernel.ts';

const TO_NHWC = [0, 2, 3, 1];
const TO_NCHW = [0, 3, 1, 2];

/** The gradient of a dilated convolution: cut into phases, then the ordinary gradient. */
function dilatedGradient(
  family: ConvolutionFamily,
  dy: Tensor,
  x: Tensor,
  filter: Tensor,
  attributes: ConvolutionAttributes,
): InputGradients {
  const phases = cutIntoPhases(family, x.shape, filter.shape, dy.shape, attributes);
  const plain = { ...attributes, strides: perAxis(1, family.spatial), dilations: perAxis(1, family.spatial), pad: 'valid' };
  return {
    x: () =>
      phases.fromPhases(
        runKernel(family.backpropInput, { dy: phases.outputToPhases(dy), filter }, { ...plain, inputShape: phases.phaseShape }),
      ),
    filter: () =>
      runKernel(family.backpropFilter, { x: phases.toPhases(x), dy: phases.outputToPhases(dy) }, { ...plain, filterShape: filter.shape }),
  };
}

function forwardGradient(
  family: ConvolutionFamily,
  dy: Tensor,
  x: Tensor,
  filter: Tensor,
  attributes: ConvolutionAttributes,
): InputGradients {
  if (perAxis(attributes.dilations, family.spatial).every((dilation) => dilation === 1)) {
    return {
      x: () => runKernel(family.backpropInput, { dy, filter }, { ...attributes, inputShape: x.shape }),
      filter: () => runKernel(family.backpropFilter, { x, dy }, { ...attributes, filterShape: filter.shape }),
    };
  }
  if (attributes.dataFormat !== 'NCHW') return dilatedGradient(family, dy, x, filter, attributes);
  const { pad } = attributes;
  const nhwc = { ...attributes, dataFormat: 'NHWC', pad: Array.isArray(pad) ? TO_NHWC.map((axis) => pad[axis] as [number, number]) : pad };
  const { x: dx, filter: dFilter } = dilatedGradient(family, transpose(dy, TO_NHWC), transpose(x, TO_NHWC), filter, nhwc);
  return { x: () => transpose((dx as () => Tensor)(), TO_NCHW), filter: dFilter as () => Tensor };
}

/** What the forward kernel reads and the backward kernels do not pass on. */
const asForward = (family: ConvolutionFamily, { strides, pad, dataFormat, dimRoundingMode }: ConvolutionAttributes) => ({
  strides,
  pad,
  dataFormat: dataFormat ?? (family.spatial === 3 ? 'NDHWC' : 'NHWC'),
  dimRoundingMode,
  dilations: perAxis(1, family.spatial),
});

/** `Y = X * W` is linear in X and in W, and so are its gradients: each is the gradient of the other two. */
const familyGradients = (family: ConvolutionFamily): GradientEntry[] => [
  defineGradient({
    kernel: family.forward,
    saves: ['x', 'filter'],
    replaces: true,
    gradient: (dy, { x, filter }, attributes: ConvolutionAttributes) => forwardGradient(family, dy, x, filter, attributes),
  }),
  defineGradient({
    kernel: family.backpropInput,
    saves: ['dy', 'filter'],
    gradient: (g, { dy, filter }, attributes: ConvolutionAttributes) => ({
      dy: () => runKernel(family.forward, { x: g, filter }, asForward(family, attributes)),
      filter: () => runKernel(family.backpropFilter, { x: g, dy }, { ...attributes, filterShape: filter.shape }),
    }),
  }),
  defineGradient({
    kernel: family.backpropFilter,
    saves: ['x', 'dy'],
    gradient: (g, { x, dy }, attributes: ConvolutionAttributes) => ({
      x: () => runKernel(family.backpropInput, { dy, filter: g }, { ...attributes, inputShape: x.shape }),
      dy: () => runKernel(family.forward, { x, filter: g }, asForward(family, attributes)),
    }),
  }),
];

/**
 * Gradients of the convolutions in two and three dimensions and depthwise, and of their gradient kernels, so that they
 * differentiate any number of times. TensorFlow.js refuses dilations above 1 and drops `dimRoundingMode`.
 *
 * `tf.fused.conv2d` and `tf.fused.depthwiseConv2d` need no entry: core differentiates them itself.
 */
export const convolutionGradients: readonly GradientEntry[] = [conv2DFamily, depthwiseFamily, conv3DFamily].flatMap(familyGradients);
