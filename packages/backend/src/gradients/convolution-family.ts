import * as tf from '@tensorflow/tfjs-core';

type Tensor = tf.Tensor;

/** The attributes that the kernels of a convolution share. */
export interface ConvolutionAttributes {
  readonly strides: number | number[];
  readonly pad: 'valid' | 'same' | number | [number, number][];
  readonly dataFormat?: string;
  readonly dilations?: number | number[] | null;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** A convolution and its two gradients, which are convolutions again and differentiate into one another. */
export interface ConvolutionFamily {
  readonly forward: string;
  readonly backpropInput: string;
  readonly backpropFilter: string;
  /** Spatial axes: 2 or 3. */
  readonly spatial: 2 | 3;
  /** Zeros in front of each spatial axis, as the kernels compute them. */
  readonly padBefore: (input: number[], filter: number[], attributes: ConvolutionAttributes) => number[];
}

/** Zeros above and to the left of a 2D convolution over NHWC. */
function padBefore2D(
  input: number[],
  filter: number[],
  { strides, pad, dilations, dimRoundingMode }: ConvolutionAttributes,
  depthwise: boolean,
): number[] {
  const info = tf.backend_util.computeConv2DInfo(
    input as [number, number, number, number],
    filter as [number, number, number, number],
    strides as [number, number],
    (dilations ?? 1) as [number, number],
    pad as 'valid',
    dimRoundingMode,
    depthwise,
  );
  return [info.padInfo.top, info.padInfo.left];
}

export const conv2DFamily: ConvolutionFamily = {
  forward: 'Conv2D',
  backpropInput: 'Conv2DBackpropInput',
  backpropFilter: 'Conv2DBackpropFilter',
  spatial: 2,
  padBefore: (input, filter, attributes) => padBefore2D(input, filter, attributes, false),
};

export const depthwiseFamily: ConvolutionFamily = {
  forward: 'DepthwiseConv2dNative',
  backpropInput: 'DepthwiseConv2dNativeBackpropInput',
  backpropFilter: 'DepthwiseConv2dNativeBackpropFilter',
  spatial: 2,
  padBefore: (input, filter, attributes) => padBefore2D(input, filter, attributes, true),
};

export const conv3DFamily: ConvolutionFamily = {
  forward: 'Conv3D',
  backpropInput: 'Conv3DBackpropInputV2',
  backpropFilter: 'Conv3DBackpropFilterV2',
  spatial: 3,
  padBefore: (input, filter, { strides, pad, dilations }) => {
    const info = tf.backend_util.computeConv3DInfo(
      input as [number, number, number, number, number],
      filter as [number, number, number, number, number],
      strides as [number, number, number],
      (dilations ?? 1) as [number, number, number],
      pad as 'valid',
    );
    return [info.padInfo.front, info.padInfo.top, info.padInfo.left];
  },
};

/** One number for each spatial axis. */
export function perAxis(value: number | number[] | null | undefined, spatial: number): number[] {
  return Array.from({ length: spatial }, (_unused, axis) => (Array.isArray(value) ? (value[axis] ?? 1) : (value ?? 1)));
}

/** A dilated convolution of stride 1, cut into its phases: each is an ordinary `valid` convolution of stride 1. */
export interface Phases {
  readonly toPhases: (x: Tensor) => Tensor;
  readonly fromPhases: (xPhases: Tensor) => Tensor;
  readonly outputToPhases: (dy: Tensor) => Tensor;
  /** The shape that `toPhases` gives. */
  readonly phaseShape: number[];
}

/**
 * Cuts a dilated convolution of stride 1 over NHWC or NDHWC into `d^spatial` interleaved ones of dilation 1, which stand in the batch axis.
 * For an axis of n elements, padding p in front and dilation d: `T = ceil((n + p + after) / d)` elements a phase, `T - k + 1` outputs.
 *
 * @see the `dilation_rate` of TensorFlow's `nn.convolution`, which is defined the same way
 */
export function cutIntoPhases(
  family: ConvolutionFamily,
  input: number[],
  filter: number[],
  output: number[],
  attributes: ConvolutionAttributes,
): Phases {
  const dilations = perAxis(attributes.dilations, family.spatial);
  const before = family.padBefore(input, filter, attributes);
  const axes = dilations.map((dilation, axis) => {
    const size = input[axis + 1] as number;
    const outputs = output[axis + 1] as number;
    const outputsPerPhase = Math.ceil(outputs / dilation);
    const perPhase = outputsPerPhase + (filter[axis] as number) - 1;
    // Elements behind the last window get no gradient: they are cut off before and padded back after.
    const used = Math.min(size, perPhase * dilation - (before[axis] as number));
    return {
      size,
      used,
      perPhase,
      pad: [before[axis] as number, perPhase * dilation - used - (before[axis] as number)] as const,
      outputPad: [0, outputsPerPhase * dilation - outputs] as const,
    };
  });
  const inputPads = axes.map(({ pad }) => [...pad]);
  const outputPads = axes.map(({ outputPad }) => [...outputPad]);
  const channels = input.at(-1) as number;
  const phaseCount = dilations.reduce((product, dilation) => product * dilation, 1);
  const usedShape = [input[0] as number, ...axes.map(({ used }) => used), channels];
  return {
    toPhases: (x) =>
      tf.spaceToBatchND(
        tf.slice(
          x,
          input.map(() => 0),
          usedShape,
        ),
        dilations,
        inputPads,
      ),
    fromPhases: (phases) =>
      tf.pad(tf.batchToSpaceND(phases, dilations, inputPads), [
        [0, 0],
        ...axes.map(({ size, used }): [number, number] => [0, size - used]),
        [0, 0],
      ]),
    outputToPhases: (dy) => tf.spaceToBatchND(dy, dilations, outputPads),
    phaseShape: [(input[0] as number) * phaseCount, ...axes.map(({ perPhase }) => perPhase), channels],
  };
}
